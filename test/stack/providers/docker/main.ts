import { openSchemas } from '../shared/schema/cache';
import { serve } from '../shared/server';
import { createDockerProvider, stateDirectory } from './provider';

void serve(
  createDockerProvider({
    directory: stateDirectory(process.env),
    schemas: openSchemas('@pulumi/docker'),
    folder: process.cwd(),
  }),
);
