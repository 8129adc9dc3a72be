import type { KeysRead } from '../keys-read-by-generation.ts';

/** Found by reading the templates of the charts 0.40.6 to 0.67.17 and 0.78.0 to 0.654.0 as `audit --values --chart <package>` reads one. */
export const LEGACY_KEYS: KeysRead = {
  '': 'airbyte airbyte-api-server airbyte-bootloader airbyte-workload-api-server airbyteYml connector-builder-server connector-rollout-worker connectorBuilderServer cron externalDatabase extraLabels extraSelectorLabels fullnameOverride global keycloak keycloak-setup metrics minio nameOverride pod-sweeper postgresql server serviceAccount tags temporal temporal-ui version webapp worker workload-api workload-api-server workload-launcher',
  'airbyte-api-server':
    'affinity containerSecurityContext debug deploymentStrategyType enabled env_vars extraContainers extraEnv extraInitContainers extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image ingress livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets service tolerations',
  'airbyte-api-server.ingress': 'annotations className enabled hosts tls',
  'airbyte-bootloader':
    'affinity containerSecurityContext enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image nameOverride nodeSelector podAnnotations podLabels podSecurityContext resources runDatabaseMigrationsOnStartup secrets tolerations',
  'airbyte-workload-api-server':
    'affinity containerSecurityContext debug deploymentStrategyType enabled env_vars extraContainers extraEnv extraInitContainers extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image ingress livenessProbe nameOverride nodeSelector podAnnotations podLabels readinessProbe replicaCount resources secrets service tolerations',
  'airbyte-workload-api-server.ingress': 'annotations className enabled hosts tls',
  'connector-builder-server':
    'affinity containerSecurityContext debug deploymentStrategyType enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets service tolerations',
  'connector-rollout-worker':
    'affinity debug enabled env_vars extraInitContainers extraLabels extraSelectorLabels fullnameOverride global image log nameOverride nodeSelector podAnnotations podLabels replicaCount secrets tolerations',
  connectorBuilderServer: 'global service',
  cron: 'affinity containerSecurityContext enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image nameOverride nodeSelector podAnnotations podLabels podSecurityContext replicaCount resources secrets tolerations workloadApi',
  externalDatabase: 'database existingSecret global host jdbcUrl password port user',
  global:
    'airbyteUrl airbyteYml auth configMapName credVolumeOverride database deploymentMode edition enterprise env_vars extraContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes image imagePullSecrets imageRegistry jobs kubeVersion log4jConfig logging logs metrics postgresql secretName secrets secretsManager serviceAccountName state storage storageClass',
  'global.auth':
    'cookieSameSiteSetting cookieSecureSetting enabled identityProvider instanceAdmin jwtSignatureSecret jwtSignatureSecretKey secretName',
  'global.auth.identityProvider': 'oidc secretName type',
  'global.auth.identityProvider.oidc': 'appName clientIdSecretKey clientSecretSecretKey domain',
  'global.auth.instanceAdmin':
    'clientId clientIdSecretKey clientSecret clientSecretSecretKey emailSecretKey firstName lastName password passwordSecretKey secretName username usernameSecretKey',
  'global.database':
    'database databaseSecretKey host hostSecretKey password passwordSecretKey port portSecretKey secretName secretValue type user userSecretKey',
  'global.enterprise': 'connectorRolloutOptIn licenseKeySecretKey secretName workloadsOptIn',
  'global.image': 'tag',
  'global.jobs': 'kube resources',
  'global.jobs.kube': 'annotations images labels main_container_image_pull_secret nodeSelector tolerations',
  'global.jobs.kube.images': 'busybox curl socat',
  'global.jobs.resources': 'limits requests',
  'global.jobs.resources.limits': 'cpu memory',
  'global.jobs.resources.requests': 'cpu memory',
  'global.logging': 'level',
  'global.logs': 'accessKey externalMinio gcs minio s3 secretKey storage',
  'global.logs.accessKey': 'existingSecret existingSecretKey password',
  'global.logs.externalMinio': 'enabled endpoint host port',
  'global.logs.gcs': 'bucket credentials credentialsJson',
  'global.logs.minio': 'enabled',
  'global.logs.s3': 'bucket bucketRegion',
  'global.logs.secretKey': 'existingSecret existingSecretKey password',
  'global.logs.storage': 'type',
  'global.metrics': 'metricClient otelCollectorEndpoint',
  'global.postgresql':
    'existingSecret postgresqlDatabase postgresqlPassword postgresqlPostgresPassword postgresqlUsername replicationPassword replicationUser servicePort',
  'global.secretsManager': 'awsSecretManager azureKeyVault googleSecretManager secretsManagerSecretName type vault',
  'global.secretsManager.awsSecretManager':
    'accessKeyIdSecretKey authenticationType kms region secretAccessKeySecretKey tags',
  'global.secretsManager.azureKeyVault': 'clientIdSecretKey clientSecretSecretKey tags tenantId vaultUrl',
  'global.secretsManager.googleSecretManager': 'credentialsSecretKey projectId',
  'global.secretsManager.vault': 'address authTokenSecretKey prefix',
  'global.state': 'storage',
  'global.state.storage': 'type',
  'global.storage': 'azure bucket externalMinio gcs minio s3 secretName storageSecretName type',
  'global.storage.azure': 'connectionString connectionStringSecretKey',
  'global.storage.bucket': 'activityPayload log state workloadOutput',
  'global.storage.externalMinio': 'enabled endpoint host port',
  'global.storage.gcs': 'credentials credentialsJson credentialsPath',
  'global.storage.minio':
    'accessKey accessKeyId accessKeyIdSecretKey endpoint secretAccessKey secretAccessKeySecretKey secretKey',
  'global.storage.s3':
    'accessKey accessKeyExistingSecret accessKeyExistingSecretKey accessKeyId accessKeyIdSecretKey authenticationType region secretAccessKey secretAccessKeySecretKey secretKey secretKeyExistingSecret secretKeyExistingSecretKey',
  keycloak:
    'affinity auth bypassInit containerSecurityContext enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global headlessService image initContainerSecurityContext initContainers livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets service startupProbe tolerations',
  'keycloak-setup':
    'affinity containerSecurityContext enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraVolumeMounts extraVolumes fullnameOverride global image initContainerSecurityContext initContainers nameOverride nodeSelector podLabels podSecurityContext resetRealm resources secrets tolerations',
  'keycloak-setup.initContainers': 'keycloakReadinessCheck',
  'keycloak.auth': 'adminPassword adminUsername',
  'keycloak.headlessService': 'annotations',
  'keycloak.initContainers': 'initDb',
  'keycloak.startupProbe': 'enabled failureThreshold initialDelaySeconds periodSeconds successThreshold timeoutSeconds',
  metrics:
    'affinity containerSecurityContext enabled env_vars extraContainers extraEnv extraVolumeMounts extraVolumes fullnameOverride global image nameOverride nodeSelector podAnnotations podLabels podSecurityContext replicaCount resources secrets tolerations',
  'pod-sweeper':
    'affinity containerSecurityContext enabled extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image livenessProbe nameOverride namespace nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources timeToDeletePods tolerations',
  'pod-sweeper.timeToDeletePods': 'completed error running succeeded unsuccessful',
  postgresql:
    'affinity audit clusterDomain commonAnnotations commonLabels configurationConfigMap containerPorts containerSecurityContext customLivenessProbe customReadinessProbe customStartupProbe diagnosticMode enabled existingSecret extendedConfConfigMap extraDeploy extraEnv extraEnvVarsCM fullnameOverride global image initdbPassword initdbScripts initdbScriptsConfigMap initdbScriptsSecret initdbUser kubeVersion ldap lifecycleHooks livenessProbe metrics nameOverride namespaceOverride networkPolicy nodeSelector persistence pgHbaConfiguration podSecurityContext postgresqlConfiguration postgresqlDataDir postgresqlDatabase postgresqlDbUserConnectionLimit postgresqlExtendedConf postgresqlInitdbArgs postgresqlInitdbWalDir postgresqlMaxConnections postgresqlPassword postgresqlPghbaRemoveFilters postgresqlPostgresConnectionLimit postgresqlPostgresPassword postgresqlSharedPreloadLibraries postgresqlStatementTimeout postgresqlTcpKeepalivesCount postgresqlTcpKeepalivesIdle postgresqlTcpKeepalivesInterval postgresqlUsername primary primaryAsStandBy psp rbac readReplicas readinessProbe replication resources schedulerName securityContext service serviceAccount shmVolume startupProbe terminationGracePeriodSeconds tls tolerations updateStrategy usePasswordFile volumePermissions',
  'postgresql.audit':
    'clientMinMessages logConnections logDisconnections logHostname logLinePrefix logTimezone pgAuditLog pgAuditLogCatalog',
  'postgresql.containerPorts': 'postgresql',
  'postgresql.diagnosticMode': 'args command enabled',
  'postgresql.ldap':
    'baseDN bindDN bind_password enabled port prefix scheme search_attr search_filter server suffix tls url',
  'postgresql.metrics':
    'customMetrics enabled extraEnvVars image livenessProbe prometheusRule readinessProbe resources securityContext service serviceMonitor',
  'postgresql.networkPolicy': 'allowExternal enabled explicitNamespacesSelector',
  'postgresql.persistence':
    'accessModes annotations enabled existingClaim mountPath selector size snapshotName storageClass subPath',
  'postgresql.primary':
    'affinity annotations extraInitContainers extraPodSpec extraVolumeMounts extraVolumes labels nodeAffinityPreset nodeSelector podAffinityPreset podAnnotations podAntiAffinityPreset podLabels priorityClassName service sidecars tolerations',
  'postgresql.primaryAsStandBy': 'enabled primaryHost primaryPort',
  'postgresql.psp': 'create',
  'postgresql.rbac': 'create',
  'postgresql.readReplicas':
    'affinity annotations extraInitContainers extraPodSpec extraVolumeMounts extraVolumes labels nodeAffinityPreset nodeSelector persistence podAffinityPreset podAnnotations podAntiAffinityPreset podLabels priorityClassName resources service sidecars tolerations topologySpreadConstraints',
  'postgresql.replication':
    'applicationName enabled numSynchronousReplicas password readReplicas singleService synchronousCommit uniqueServices user',
  'postgresql.serviceAccount': 'autoMount enabled name',
  'postgresql.shmVolume': 'chmod enabled sizeLimit',
  'postgresql.startupProbe':
    'enabled failureThreshold initialDelaySeconds periodSeconds successThreshold timeoutSeconds',
  'postgresql.tls':
    'autoGenerated certCAFilename certFilename certKeyFilename certificatesSecret crlFilename enabled preferServerCiphers',
  'postgresql.updateStrategy': 'type',
  'postgresql.volumePermissions': 'enabled image securityContext',
  server:
    'affinity containerSecurityContext debug deploymentStrategyType enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image livenessProbe log nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets service tolerations',
  serviceAccount: 'annotations create global name',
  tags: 'bitnami-common global',
  temporal:
    'affinity containerSecurityContext enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets service tolerations',
  'temporal-ui':
    'affinity containerSecurityContext debug enabled env_vars extraContainers extraEnv extraInitContainers extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources service tolerations',
  webapp:
    'affinity api connector-builder-server connectorBuilderServer containerSecurityContext enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image ingress livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets service tolerations url',
  'webapp.api': 'url',
  'webapp.connector-builder-server': 'url',
  'webapp.connectorBuilderServer': 'url',
  'webapp.ingress': 'annotations className enabled hosts tls',
  worker:
    'activityInitialDelayBetweenAttemptsSeconds activityMaxAttempt activityMaxDelayBetweenAttemptsSeconds affinity containerOrchestrator containerSecurityContext debug enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image livenessProbe log maxNotifyWorkers nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets strictComparisonNormalizationTag strictComparisonNormalizationWorkspaces tolerations workloadApi',
  'worker.containerOrchestrator': 'enabled image',
  'workload-api': 'global service',
  'workload-api-server':
    'affinity containerSecurityContext debug deploymentStrategyType enabled env_vars extraContainers extraEnv extraInitContainers extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image livenessProbe nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets service tolerations workloadApi',
  'workload-launcher':
    'affinity connectorSidecar.image containerOrchestrator.image containerSecurityContext debug enabled env_vars extraContainers extraEnv extraInitContainers extraLabels extraSelectorLabels extraVolumeMounts extraVolumes fullnameOverride global image jobs_namespace livenessProbe log nameOverride nodeSelector podAnnotations podLabels podSecurityContext readinessProbe replicaCount resources secrets tolerations workloadApi workloadInit.image',
};
