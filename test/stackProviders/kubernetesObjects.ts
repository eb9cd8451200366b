import type { KubeObject } from '../stack/providers/kubernetes/object';

// Conforming objects that the tables of the tests change in one place each.

const metadata = { name: 'agent-python', namespace: 'factory-agents' };
const labels = { app: 'agent', type: 'python' };

export const namespace: KubeObject = {
  metadata: { name: 'factory-agents', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
};

export const podSpec: KubeObject = {
  serviceAccountName: 'agent-python',
  runtimeClassName: 'gvisor',
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'agent',
      image: 'europe-docker.pkg.dev/p/r/agent@sha256:' + 'a'.repeat(64),
      env: [
        { name: 'FACTORY_URL', value: 'http://dispatcher:7070' },
        { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
      ],
      ports: [{ name: 'health', containerPort: 8080 }],
      readinessProbe: { httpGet: { path: '/ready', port: 'health' } },
      resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '1', memory: '512Mi' } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      },
      volumeMounts: [{ name: 'work', mountPath: '/workspace' }],
    },
  ],
  volumes: [
    { name: 'work', emptyDir: { sizeLimit: '1Gi' } },
    {
      name: 'token',
      projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'factory', expirationSeconds: 600 } }] },
    },
  ],
  tolerations: [{ key: 'sandbox.gke.io/runtime', operator: 'Equal', value: 'gvisor', effect: 'NoSchedule' }],
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: labels },
    },
  ],
};

const template = { metadata: { labels }, spec: podSpec };

export const deployment: KubeObject = {
  metadata,
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template,
    strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
  },
};

export const statefulSet: KubeObject = {
  metadata,
  spec: {
    serviceName: 'agents',
    selector: { matchLabels: labels },
    template,
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
      },
    ],
  },
};

export const job: KubeObject = { metadata, spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } };
const cronJob: KubeObject = {
  metadata,
  spec: {
    schedule: '*/5 3 * * MON-FRI',
    jobTemplate: { spec: { template: { spec: { ...podSpec, restartPolicy: 'OnFailure' } } } },
  },
};

export const service: KubeObject = {
  metadata,
  spec: {
    selector: labels,
    ports: [
      { name: 'http', port: 80, targetPort: 'health' },
      { name: 'grpc', port: 7071 },
    ],
  },
};

export const autoscaler: KubeObject = {
  metadata,
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'agent-python' },
    minReplicas: 1,
    maxReplicas: 10,
    metrics: [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      {
        type: 'External',
        external: {
          metric: { name: 'task_queue_depth', selector: { matchLabels: { agent_type: 'python' } } },
          target: { type: 'AverageValue', averageValue: '5' },
        },
      },
    ],
    behavior: {
      scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Percent', value: 50, periodSeconds: 60 }] },
      scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
    },
  },
};

const disruptionBudget: KubeObject = {
  metadata,
  spec: { maxUnavailable: '25%', selector: { matchLabels: labels } },
};

const networkPolicy: KubeObject = {
  metadata,
  spec: {
    podSelector: { matchLabels: labels },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { name: 'system' } }, podSelector: {} }],
        ports: [{ port: 'health' }],
      },
    ],
    egress: [
      {
        to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
        ports: [{ protocol: 'TCP', port: 7000, endPort: 7100 }],
      },
    ],
  },
};

export const role: KubeObject = {
  metadata,
  rules: [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'delete'] }],
};
const clusterRole: KubeObject = {
  metadata: { name: 'reader' },
  rules: [
    { nonResourceURLs: ['/metrics'], verbs: ['get'] },
    { apiGroups: ['external.metrics.k8s.io'], resources: ['*'], verbs: ['get', 'list'] },
  ],
};
export const roleBinding: KubeObject = {
  metadata,
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'agent-python' },
  subjects: [{ kind: 'ServiceAccount', name: 'agent-python', namespace: 'factory-agents' }],
};

export const quota: KubeObject = {
  metadata,
  spec: { hard: { 'requests.cpu': '10', 'limits.memory': '64Gi', pods: '50', 'count/jobs.batch': 5 } },
};
export const limitRange: KubeObject = {
  metadata,
  spec: {
    limits: [
      {
        type: 'Container',
        min: { cpu: '10m' },
        defaultRequest: { cpu: '100m' },
        default: { cpu: '1' },
        max: { cpu: '4' },
      },
    ],
  },
};
export const configMap: KubeObject = { metadata, data: { 'config.json': '{}' } };
export const secret: KubeObject = { metadata, type: 'Opaque', data: { password: 'aHVudGVyMg==' } };
export const claim: KubeObject = {
  metadata,
  spec: {
    accessModes: ['ReadOnlyMany'],
    storageClassName: 'standard-rwo',
    resources: { requests: { storage: '10Gi' } },
  },
};
const volume: KubeObject = {
  metadata: { name: 'models' },
  spec: {
    accessModes: ['ReadOnlyMany'],
    capacity: { storage: '100Gi' },
    csi: { driver: 'gcsfuse.csi.storage.gke.io', volumeHandle: 'bucket', readOnly: true },
  },
};
export const storageClass: KubeObject = {
  metadata: { name: 'fast' },
  provisioner: 'pd.csi.storage.gke.io',
  reclaimPolicy: 'Delete',
};
export const priorityClass: KubeObject = { metadata: { name: 'agents' }, value: 1000 };
const runtimeClass: KubeObject = { metadata: { name: 'gvisor' }, handler: 'runsc' };

export const apiService: KubeObject = {
  metadata: { name: 'v1beta1.external.metrics.k8s.io' },
  spec: {
    group: 'external.metrics.k8s.io',
    version: 'v1beta1',
    groupPriorityMinimum: 100,
    versionPriority: 100,
    service: { namespace: 'factory-system', name: 'metrics-adapter' },
    caBundle: 'Y2E=',
  },
};

export const gateway: KubeObject = {
  metadata,
  spec: {
    gatewayClassName: 'gke-l7-regional-external-managed',
    listeners: [
      { name: 'https', port: 443, protocol: 'HTTPS', tls: { mode: 'Terminate', certificateRefs: [{ name: 'cert' }] } },
    ],
  },
};
export const httpRoute: KubeObject = {
  metadata,
  spec: {
    parentRefs: [{ name: 'agent-python', sectionName: 'https' }],
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/v1' } }],
        timeouts: { request: '1h', backendRequest: '30m' },
        backendRefs: [{ name: 'dispatcher', port: 7070, weight: 90 }],
      },
    ],
  },
};
const podMonitoring: KubeObject = {
  metadata,
  spec: {
    selector: { matchLabels: labels },
    endpoints: [{ port: 'health', interval: '30s', timeout: '10s', path: '/metrics' }],
  },
};
const prometheusRules: KubeObject = {
  metadata,
  spec: {
    groups: [
      { name: 'queue', interval: '30s', rules: [{ alert: 'Silence', expr: 'absent(task_queue_depth)', for: '5m' }] },
    ],
  },
};
const scaledObject: KubeObject = {
  metadata,
  spec: {
    scaleTargetRef: { name: 'agent-python' },
    minReplicaCount: 1,
    maxReplicaCount: 10,
    triggers: [{ type: 'prometheus', metadata: { serverAddress: 'http://p:9090', query: 'x', threshold: '5' } }],
  },
};
const autoscalingMetric: KubeObject = {
  metadata,
  spec: { metrics: [{ promql: { name: 'depth', query: 'sum(task_queue_depth{agent_type="python"})' } }] },
};
const fqdnPolicy: KubeObject = {
  metadata,
  spec: {
    podSelector: { matchLabels: labels },
    egress: [{ matches: [{ pattern: '*.googleapis.com' }], ports: [{ protocol: 'TCP', port: 443 }] }],
  },
};
export const healthCheckPolicy: KubeObject = {
  metadata,
  spec: {
    default: {
      checkIntervalSec: 15,
      config: { type: 'HTTP', httpHealthCheck: { requestPath: '/health', port: 8080 } },
    },
    targetRef: { group: '', kind: 'Service', name: 'dispatcher' },
  },
};
const backendPolicy: KubeObject = {
  metadata,
  spec: { default: { timeoutSec: 3600 }, targetRef: { group: '', kind: 'Service', name: 'dispatcher' } },
};
const secretProviderClass: KubeObject = {
  metadata,
  spec: { provider: 'gke', parameters: { secrets: '- resourceName: x' } },
};

/** Every kind above, with a conforming object. */
export const conforming: Record<string, KubeObject> = {
  'core/v1:Namespace': namespace,
  'core/v1:Pod': { metadata, spec: podSpec },
  'apps/v1:Deployment': deployment,
  'apps/v1:StatefulSet': statefulSet,
  'batch/v1:Job': job,
  'batch/v1:CronJob': cronJob,
  'core/v1:Service': service,
  'core/v1:ConfigMap': configMap,
  'core/v1:Secret': secret,
  'core/v1:ResourceQuota': quota,
  'core/v1:LimitRange': limitRange,
  'core/v1:PersistentVolumeClaim': claim,
  'core/v1:PersistentVolume': volume,
  'core/v1:ServiceAccount': { metadata, automountServiceAccountToken: false },
  'autoscaling/v2:HorizontalPodAutoscaler': autoscaler,
  'policy/v1:PodDisruptionBudget': disruptionBudget,
  'networking.k8s.io/v1:NetworkPolicy': networkPolicy,
  'rbac.authorization.k8s.io/v1:Role': role,
  'rbac.authorization.k8s.io/v1:ClusterRole': clusterRole,
  'rbac.authorization.k8s.io/v1:RoleBinding': roleBinding,
  'storage.k8s.io/v1:StorageClass': storageClass,
  'scheduling.k8s.io/v1:PriorityClass': priorityClass,
  'node.k8s.io/v1:RuntimeClass': runtimeClass,
  'apiregistration.k8s.io/v1:APIService': apiService,
  'gateway.networking.k8s.io/v1:Gateway': gateway,
  'gateway.networking.k8s.io/v1:HTTPRoute': httpRoute,
  'monitoring.googleapis.com/v1:PodMonitoring': podMonitoring,
  'monitoring.googleapis.com/v1:Rules': prometheusRules,
  'keda.sh/v1alpha1:ScaledObject': scaledObject,
  'autoscaling.gke.io/v1beta1:AutoscalingMetric': autoscalingMetric,
  'networking.gke.io/v1alpha1:FQDNNetworkPolicy': fqdnPolicy,
  'networking.gke.io/v1:HealthCheckPolicy': healthCheckPolicy,
  'networking.gke.io/v1:GCPBackendPolicy': backendPolicy,
  'secrets-store.csi.x-k8s.io/v1:SecretProviderClass': secretProviderClass,
};
