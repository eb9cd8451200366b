/** What other programs of the factory use of the CLI. */
export { FactoryClient } from './client/factory';
export { factoryConfigSchema, type FactoryConfig } from './config/schema';
export { auditReportSchema, type AuditReport } from './audit/report';
