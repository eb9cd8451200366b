import { metrics as names, type MetricRecord } from '@agent-factory/contract';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ModelObserver } from './models/observe';

const taskSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];
const httpSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

type Label<R extends MetricRecord> = R['labels'][number];

/** Every metric of a dispatcher, in a registry of its own, so that two in one process do not mix. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const counter = <R extends MetricRecord>({ name, help, labels }: R): Counter<Label<R>> =>
    new Counter({ name, help, labelNames: labels, registers });
  const gauge = <R extends MetricRecord>({ name, help, labels }: R): Gauge<Label<R>> =>
    new Gauge({ name, help, labelNames: labels, registers });
  const histogram = <R extends MetricRecord>({ name, help, labels }: R, buckets: number[]): Histogram<Label<R>> =>
    new Histogram({ name, help, labelNames: labels, buckets, registers });
  return {
    registry,
    taskDuration: histogram(names.taskDuration, taskSeconds),
    taskWait: histogram(names.taskWait, taskSeconds),
    queueDepth: gauge(names.queueDepth),
    delayedDepth: gauge(names.delayedDepth),
    runningTasks: gauge(names.runningTasks),
    deadLetters: gauge(names.deadLetters),
    tasksTotal: counter(names.tasksTotal),
    taskRetries: counter(names.taskRetries),
    agentsConnected: gauge(names.agentsConnected),
    modelInference: histogram(names.modelInference, taskSeconds),
    modelTokens: counter(names.modelTokens),
    modelCost: counter(names.modelCost),
    httpRequests: histogram(names.httpRequests, httpSeconds),
    httpRejected: counter(names.httpRejected),
    artifactRequests: histogram(names.artifactRequests, httpSeconds),
    taskQueueDepth: gauge(names.taskQueueDepth),
    externalMetricRequests: counter(names.externalMetricRequests),
    releasedSandboxes: gauge(names.releasedSandboxes),
    recycledSandboxes: counter(names.recycledSandboxes),
    eventStreams: gauge(names.eventStreams),
  };
}
export type Metrics = ReturnType<typeof createMetrics>;

/** Puts what the model gateway observes into the metrics. */
export function modelObserver({
  modelInference,
  modelTokens,
  modelCost,
}: Pick<Metrics, 'modelInference' | 'modelTokens' | 'modelCost'>): ModelObserver {
  return ({ tier, outcome, seconds, usage }) => {
    modelInference.observe({ tier, outcome }, seconds);
    if (usage === undefined) return;
    modelTokens.inc({ tier, direction: 'input' }, usage.input);
    modelTokens.inc({ tier, direction: 'output' }, usage.output);
    modelCost.inc({ tier }, usage.costUsd);
  };
}
