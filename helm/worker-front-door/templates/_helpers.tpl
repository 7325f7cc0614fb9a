{{- define "worker-front-door.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* At most 44 characters, so that every suffix below still fits into 63. */}}
{{- define "worker-front-door.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 44 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 44 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 44 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.managementName" -}}
{{ include "worker-front-door.fullname" . }}-management
{{- end -}}

{{- define "worker-front-door.selectorLabels" -}}
app.kubernetes.io/name: {{ include "worker-front-door.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: front-door
{{- end -}}

{{/* Labels that the chart gives to every object. */}}
{{- define "worker-front-door.chartLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ include "worker-front-door.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | trimSuffix "-" | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* Metadata of an object: (dict "root" $ "name" NAME "namespace" N "component" C "labels" {} "annotations" {}). */}}
{{- define "worker-front-door.metadata" -}}
name: {{ .name }}
namespace: {{ .namespace | default .root.Release.Namespace }}
labels:
  {{- include "worker-front-door.chartLabels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component | default "front-door" }}
  {{- with merge (dict) (.labels | default dict) .root.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $annotations := merge (dict) (.annotations | default dict) .root.Values.commonAnnotations }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "worker-front-door.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "worker-front-door.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* An image reference: (dict "root" $ "image" {registry, repository, tag, digest} "tag" DEFAULT). A digest takes precedence over a tag. */}}
{{- define "worker-front-door.image" -}}
{{- $registry := .image.registry | default .root.Values.global.imageRegistry -}}
{{- $name := .image.repository -}}
{{- if $registry -}}
{{- $name = printf "%s/%s" (trimSuffix "/" $registry) $name -}}
{{- end -}}
{{- if .image.digest -}}
{{- printf "%s@%s" $name .image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (.image.tag | default .tag | toString) -}}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.pullSecrets" -}}
{{- $names := list -}}
{{- range concat .Values.global.imagePullSecrets .Values.image.pullSecrets -}}
{{- $names = append $names (kindIs "map" . | ternary (get (kindIs "map" . | ternary . dict) "name") .) -}}
{{- end -}}
{{- range uniq $names }}
- name: {{ . }}
{{- end -}}
{{- end -}}

{{/* A duration in the form of the service's settings (20s, 500ms, 1m, 1h), in whole seconds, rounded up. */}}
{{- define "worker-front-door.seconds" -}}
{{- $number := regexFind "^[0-9]+" . | int -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- if eq $unit "ms" -}}{{- div (add $number 999) 1000 -}}
{{- else if eq $unit "s" -}}{{- $number -}}
{{- else if eq $unit "m" -}}{{- mul $number 60 -}}
{{- else -}}{{- mul $number 3600 -}}
{{- end -}}
{{- end -}}

{{/* The longest time of a drain by its own settings. */}}
{{- define "worker-front-door.drainSeconds" -}}
{{- add (include "worker-front-door.seconds" .Values.drain.window | int) (include "worker-front-door.seconds" .Values.drain.pushGrace | int) -}}
{{- end -}}

{{/* The time in which a stopping pod loses its workers. */}}
{{- define "worker-front-door.leavingSeconds" -}}
{{- add (.Values.preStop.sleepSeconds | int) (include "worker-front-door.drainSeconds" . | int) -}}
{{- end -}}

{{- define "worker-front-door.neededGraceSeconds" -}}
{{- add (include "worker-front-door.leavingSeconds" . | int) (.Values.terminationMarginSeconds | int) -}}
{{- end -}}

{{/*
A rollout stops the next old pod when a further new one has been ready for this time. It does not wait for pods that are still
stopping, so with less than this two pods lose their workers at the same time.
*/}}
{{- define "worker-front-door.minReadySeconds" -}}
{{- $given := .Values.minReadySeconds -}}
{{- if kindIs "invalid" $given -}}
{{- include "worker-front-door.leavingSeconds" . -}}
{{- else -}}
{{- $given | int -}}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.graceSeconds" -}}
{{- $given := .Values.terminationGracePeriodSeconds -}}
{{- if kindIs "invalid" $given -}}
{{- include "worker-front-door.neededGraceSeconds" . -}}
{{- else -}}
{{- $given | int -}}
{{- end -}}
{{- end -}}

{{/* Enough time for one new pod to start and become available, and for one old pod to drain. */}}
{{- define "worker-front-door.leastProgressSeconds" -}}
{{- $startup := .Values.probes.startup -}}
{{- $start := add (int $startup.initialDelaySeconds) (mul (int $startup.periodSeconds) (int $startup.failureThreshold)) -}}
{{- add $start (include "worker-front-door.minReadySeconds" . | int) (include "worker-front-door.graceSeconds" . | int) -}}
{{- end -}}

{{- define "worker-front-door.progressSeconds" -}}
{{- $given := .Values.progressDeadlineSeconds -}}
{{- if kindIs "invalid" $given -}}
{{- max 600 (add 60 (include "worker-front-door.leastProgressSeconds" . | int)) -}}
{{- else -}}
{{- $given | int -}}
{{- end -}}
{{- end -}}

{{/* The minimum number of replicas. */}}
{{- define "worker-front-door.leastReplicas" -}}
{{- if .Values.autoscaling.enabled -}}{{ .Values.autoscaling.minReplicas | int }}
{{- else if .Values.keda.enabled -}}{{ .Values.keda.minReplicas | int }}
{{- else -}}{{ .Values.replicaCount | int }}
{{- end -}}
{{- end -}}

{{/*
The replicas of the Deployment. An autoscaler decides them, so they stay as they are: a Deployment without the field falls back to
one pod. Only Helm with a cluster can look the number up.
*/}}
{{- define "worker-front-door.replicas" -}}
{{- if or .Values.autoscaling.enabled .Values.keda.enabled -}}
{{- $live := lookup "apps/v1" "Deployment" .Release.Namespace (include "worker-front-door.fullname" .) -}}
{{- if $live -}}{{ $live.spec.replicas | int }}
{{- else if not (kindIs "invalid" .Values.autoscaling.keepReplicas) -}}{{ .Values.autoscaling.keepReplicas | int }}
{{- end -}}
{{- else -}}{{ .Values.replicaCount | int }}
{{- end -}}
{{- end -}}

{{- define "worker-front-door.hasAuth" -}}
{{- if or .Values.auth.tokens .Values.auth.existingSecret -}}true{{- end -}}
{{- end -}}

{{- define "worker-front-door.authSecretName" -}}
{{- .Values.auth.existingSecret | default (printf "%s-auth" (include "worker-front-door.fullname" .)) -}}
{{- end -}}

{{- define "worker-front-door.authSecretKey" -}}
{{- ternary .Values.auth.existingSecretKey "tokens" (ne .Values.auth.existingSecret "") -}}
{{- end -}}

{{- define "worker-front-door.tlsSecretName" -}}
{{- .Values.tls.secretName | default (printf "%s-tls" (include "worker-front-door.fullname" .)) -}}
{{- end -}}

{{- define "worker-front-door.ipFamilies" -}}
{{- with .Values.service.ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
{{- with .Values.service.ipFamilies }}
ipFamilies:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The label matchers for this release's series in Prometheus. */}}
{{- define "worker-front-door.seriesSelector" -}}
{{- .Values.prometheusRule.selector | default (printf "namespace=%q,job=%q" .Release.Namespace (include "worker-front-door.managementName" .)) -}}
{{- end -}}

{{/* The number of connections of this release, as a Prometheus query. */}}
{{- define "worker-front-door.connectionsQuery" -}}
sum(frontdoor_connections{namespace={{ .Release.Namespace | quote }},job={{ include "worker-front-door.managementName" . | quote }},state="connected"})
{{- end -}}

{{/* Scaling up is fast. Scaling down is slow, because each removed pod moves its workers to other pods. */}}
{{- define "worker-front-door.scalingBehavior" -}}
scaleUp:
  stabilizationWindowSeconds: {{ .scaleUp.stabilizationWindowSeconds }}
  policies:
    - type: Pods
      value: {{ .scaleUp.podsPerMinute }}
      periodSeconds: 60
scaleDown:
  stabilizationWindowSeconds: {{ .scaleDown.stabilizationWindowSeconds }}
  policies:
    - type: Pods
      value: {{ .scaleDown.podsPerPeriod }}
      periodSeconds: {{ .scaleDown.periodSeconds }}
{{- end -}}
