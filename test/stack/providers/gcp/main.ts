import { serve } from '../shared/server';
import { openSchemas } from '../shared/schema/cache';
import { createGcpProvider, stateDirectory } from './provider';

void serve(
  createGcpProvider({
    directory: stateDirectory(process.env),
    schemas: openSchemas('@pulumi/gcp'),
    environment: process.env,
    now: () => new Date(),
  }),
);
