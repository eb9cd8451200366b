import { FactoryError } from '@agent-factory/contract';

/** A tool ran into the time limit of its own input; becomes the outcome `timeout`. */
export class ToolTimeout extends FactoryError {
  constructor(detail: string) {
    super('TOOL_FAILED', detail);
  }
}
