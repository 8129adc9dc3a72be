import type { KeysRead } from '../keys-read-by-generation.ts';

/** Found by reading the templates of the charts 1.0.0 to 1.9.2 as `audit --values --chart <package>` reads one. */
export const V1_KEYS: KeysRead = {
  '': 'airbyte-bootloader connector-builder-server connector-rollout-worker cron fullnameOverride global ingress keycloak keycloak-setup metrics minio nameOverride pod-sweeper postgresql server serviceAccount tags temporal temporal-ui testWebapp version webapp worker workload-api-server workload-launcher',
  'airbyte-bootloader':
    'affinity containerSecurityContext enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraVolumeMounts extraVolumes fullnameOverride global image nameOverride nodeSelector podAnnotations podLabels podSecurityContext resources runDatabaseMigrationsOnStartup secrets serviceAccountName tolerations',
  'connector-builder-server':
    'affinity containerSecurityContext debug deploymentStrategyType enabled env_vars extraContainers extraEnv extraInitContainers extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets service serviceAccountName tolerations',
  'connector-rollout-worker':
    'affinity containerSecurityContext debug enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image livenessProbe log nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets serviceAccountName tolerations',
  'connector-rollout-worker.log': 'level',
  cron: 'affinity containerSecurityContext enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image nameOverride nodeSelector podAnnotations podLabels podSecurityContext replicaCount resources secrets serviceAccountName tolerations workloadApi',
  global:
    'airbyteUrl airbyteYml auth configMapName database deploymentMode edition enterprise env_vars extraContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes image imagePullSecrets jobs logging metrics secretName secrets secretsManager serviceAccountName storage',
  'global.auth':
    'cookieSameSiteSetting cookieSecureSetting dataplaneClientIdSecretKey dataplaneClientSecretSecretKey enabled identityProvider instanceAdmin jwtSignatureSecret jwtSignatureSecretKey secretName',
  'global.auth.identityProvider': 'oidc secretName type verifyAudience verifyIssuer',
  'global.auth.identityProvider.oidc':
    'appName clientIdSecretKey clientIdSecretName clientSecretSecretKey clientSecretSecretName displayName domain issuer',
  'global.auth.instanceAdmin':
    'clientId clientIdSecretKey clientSecret clientSecretSecretKey emailSecretKey firstName lastName password passwordSecretKey secretName',
  'global.database':
    'database host hostSecretKey password passwordSecretKey port portSecretKey secretName type user userSecretKey',
  'global.enterprise': 'connectorRolloutOptIn licenseKeySecretKey secretName',
  'global.image': 'registry tag',
  'global.jobs': 'kube local resources',
  'global.jobs.kube':
    'annotations images labels main_container_image_pull_secret nodeSelector serviceAccountName tolerations',
  'global.jobs.kube.images': 'busybox curl',
  'global.jobs.local': 'volume',
  'global.jobs.local.volume': 'enabled',
  'global.jobs.resources': 'limits requests',
  'global.jobs.resources.limits': 'cpu memory',
  'global.jobs.resources.requests': 'cpu memory',
  'global.logging': 'level',
  'global.metrics': 'enabled metricClient otelCollectorEndpoint otlp statsd step',
  'global.metrics.otlp': 'collectorEndpoint enabled',
  'global.metrics.statsd': 'enabled flavor host port',
  'global.secretsManager': 'awsSecretManager azureKeyVault googleSecretManager secretsManagerSecretName type vault',
  'global.secretsManager.awsSecretManager':
    'accessKeyIdSecretKey authenticationType kms region secretAccessKeySecretKey tags',
  'global.secretsManager.azureKeyVault': 'clientIdSecretKey clientSecretSecretKey tags tenantId vaultUrl',
  'global.secretsManager.googleSecretManager': 'credentialsSecretKey projectId region',
  'global.secretsManager.vault': 'address authTokenSecretKey prefix',
  'global.storage': 'azure bucket gcs minio s3 secretName storageSecretName type',
  'global.storage.azure': 'connectionString connectionStringSecretKey',
  'global.storage.bucket': 'activityPayload auditLogging log state workloadOutput',
  'global.storage.gcs': 'credentialsJson credentialsPath',
  'global.storage.minio': 'accessKeyId accessKeyIdSecretKey endpoint secretAccessKey secretAccessKeySecretKey',
  'global.storage.s3':
    'accessKeyId accessKeyIdSecretKey authenticationType region secretAccessKey secretAccessKeySecretKey',
  ingress: 'annotations className enabled global rules tls',
  keycloak:
    'affinity auth bypassInit containerSecurityContext enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global headlessService image initContainerSecurityContext initContainers livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets service serviceAccountName startupProbe tolerations',
  'keycloak-setup':
    'affinity containerSecurityContext enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraVolumeMounts extraVolumes fullnameOverride global image initContainerSecurityContext initContainers nameOverride nodeSelector podLabels podSecurityContext resources secrets serviceAccountName tolerations',
  'keycloak-setup.initContainers': 'keycloakReadinessCheck',
  'keycloak.auth': 'adminPassword adminUsername',
  'keycloak.headlessService': 'annotations',
  'keycloak.initContainers': 'initDb',
  'keycloak.startupProbe': 'enabled failureThreshold initialDelaySeconds periodSeconds successThreshold timeoutSeconds',
  metrics:
    'affinity containerSecurityContext enabled env_vars extraContainers extraEnv extraInitContainers extraVolumeMounts extraVolumes fullnameOverride global image nameOverride nodeSelector podAnnotations podLabels podSecurityContext replicaCount resources secrets serviceAccountName tolerations',
  minio: 'affinity global image mcImage nodeSelector resources storage tolerations',
  'minio.resources': 'limits requests',
  'minio.storage': 'volumeClaimValue',
  'pod-sweeper':
    'affinity containerSecurityContext enabled fullnameOverride global image livenessProbe nameOverride namespace nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources timeToDeletePods tolerations',
  'pod-sweeper.timeToDeletePods': 'running succeeded unsuccessful',
  postgresql:
    'affinity containerSecurityContext enabled global image nodeSelector podSecurityContext postgresqlDatabase postgresqlPassword postgresqlUsername tolerations',
  server:
    'affinity containerSecurityContext debug deploymentStrategyType enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets service serviceAccountName tolerations',
  serviceAccount: 'annotations create denyNodeViewerRole global name',
  tags: 'bitnami-common global',
  temporal:
    'affinity containerSecurityContext enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets service serviceAccountName tolerations',
  'temporal-ui':
    'affinity containerSecurityContext debug enabled env_vars extraContainers extraEnv extraInitContainers extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources service serviceAccountName tolerations',
  testWebapp: 'global image',
  webapp:
    'affinity api connector-builder-server containerSecurityContext enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image ingress livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets service serviceAccountName tolerations url',
  'webapp.api': 'url',
  'webapp.connector-builder-server': 'url',
  'webapp.ingress': 'annotations className enabled hosts tls',
  worker:
    'activityInitialDelayBetweenAttemptsSeconds activityMaxAttempt activityMaxDelayBetweenAttemptsSeconds affinity containerSecurityContext debug enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image livenessProbe maxNotifyWorkers nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets serviceAccountName tolerations workloadApi',
  'workload-api-server':
    'affinity containerSecurityContext debug enabled env_vars extraContainers extraEnv extraInitContainers extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets service serviceAccountName tolerations workloadApi',
  'workload-launcher':
    'affinity connectorProfiler connectorSidecar connectorSidecar.image containerOrchestrator containerOrchestrator.image containerSecurityContext debug enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image jobs_namespace livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets serviceAccountName timeToDeletePods tolerations workloadApi workloadInit workloadInit.image',
  'workload-launcher.connectorProfiler': 'image',
  'workload-launcher.connectorSidecar': 'image',
  'workload-launcher.containerOrchestrator': 'image',
  'workload-launcher.timeToDeletePods': 'running succeeded unsuccessful',
  'workload-launcher.workloadInit': 'image',
};
