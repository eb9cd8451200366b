import { env, FactoryError } from '@agent-factory/contract';
import { createDispatcher } from './app';
import { loadConfig } from './config';
import { createLogger } from './log';

/** Milliseconds that a stop may take in all. */
const stopMs = 10_000;

/** The runbook of a dispatcher process: configure, start, say that it is ready, stop once asked, quit at once when asked twice. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  const dispatcher = createDispatcher(config, { logger });

  let stopping = false;
  const stop = (why: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ why }, 'stopping');
    setTimeout(() => {
      logger.fatal({}, `did not stop within ${stopMs} ms`);
      process.exit(1);
    }, stopMs).unref();
    dispatcher.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.fatal({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  // Started by a supervisor: without it there is nobody left to stop this process.
  if (process.send !== undefined) process.on('disconnect', () => stop('the supervisor is gone'));
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'unhandled rejection');
    process.exit(1);
  });

  await dispatcher.start();
  const { httpPort, grpcPort, metricsAdapterPort } = dispatcher;
  const adapter = metricsAdapterPort === 0 ? {} : { metrics_adapter_port: metricsAdapterPort };
  const ready = { ready: true, http_port: httpPort, grpc_port: grpcPort, ...adapter };
  logger.info(ready, 'ready');
  process.send?.(ready);
}

main().catch((error: unknown) => {
  // Before the logger there is only stderr; a FactoryError holds no secret.
  const text = error instanceof FactoryError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`dispatcher: ${text}\n`);
  if (error instanceof FactoryError && error.faults.length > 0)
    process.stderr.write(`Mend what is named above in the environment or in the file of ${env.dispatcherConfig}.\n`);
  process.exit(1);
});
