{{/* The beans of all mounted notifiers, as a JSON array. */}}
{{- define "worker-front-door.requiredBeans" -}}
{{- $beans := list -}}
{{- range .Values.notifiers -}}
{{- $beans = concat $beans .beans -}}
{{- end -}}
{{- uniq $beans | toJson -}}
{{- end -}}

{{/* The mounted Secrets whose files are settings. */}}
{{- define "worker-front-door.configTrees" -}}
{{- $trees := list -}}
{{- if include "worker-front-door.hasAuth" . -}}
{{- $trees = append $trees "configtree:/run/front-door/auth/" -}}
{{- end -}}
{{- if include "worker-front-door.hasRedisSecret" . -}}
{{- $trees = append $trees "configtree:/run/front-door/redis/" -}}
{{- end -}}
{{- if include "worker-front-door.hasFleetKey" . -}}
{{- $trees = append $trees "configtree:/run/front-door/fleet/" -}}
{{- end -}}
{{- join "," $trees -}}
{{- end -}}

{{- define "worker-front-door.hasRedisSecret" -}}
{{- if and .Values.directory.enabled .Values.directory.redis.existingSecret -}}true{{- end -}}
{{- end -}}

{{- define "worker-front-door.hasFleetKey" -}}
{{- if and .Values.directory.enabled .Values.directory.fleetKey.existingSecret -}}true{{- end -}}
{{- end -}}

{{/* Two documents: the chart's own settings, then those of config. */}}
{{- define "worker-front-door.applicationYml" -}}
frontdoor:
  path: {{ .Values.path | quote }}
  {{- if .Values.tcp.enabled }}
  tcp:
    port: {{ .Values.tcp.port }}
    {{- if .Values.tcp.tls }}
    ssl-bundle: workers
    client-auth: {{ .Values.tls.clientAuth }}
    {{- end }}
  {{- end }}
  {{- if or .Values.auth.tokenSecrets .Values.auth.serviceAccounts.enabled }}
  auth:
    {{- with .Values.auth.tokenSecrets }}
    token-files:
      {{- range $index, $_ := . }}
      - /run/front-door/tokens/{{ $index }}
      {{- end }}
    {{- end }}
    {{- with .Values.auth.serviceAccounts }}
    {{- if .enabled }}
    jwt:
      issuer: {{ .issuer | quote }}
      jwk-set-uri: {{ printf "%s/openid/v1/jwks" (trimSuffix "/" .apiServer) | quote }}
      audiences: {{ toJson .audiences }}
      ssl-bundle: cluster
      jwk-set-token-file: /run/front-door/cluster/token
    {{- end }}
    {{- end }}
  {{- end }}
  {{- if .Values.directory.enabled }}
  directory:
    enabled: true
  {{- end }}
  drain:
    window: {{ .Values.drain.window }}
    push-grace: {{ .Values.drain.pushGrace }}
  management:
    {{- if or .Values.managementAuth.view.tokenSecrets .Values.managementAuth.operate.tokenSecrets }}
    auth:
      {{- range $role := list "view" "operate" }}
      {{- with (index $.Values.managementAuth $role).tokenSecrets }}
      {{ $role }}:
        token-files:
          {{- range $index, $_ := . }}
          - /run/front-door/operators/{{ $role }}/{{ $index }}
          {{- end }}
      {{- end }}
      {{- end }}
    {{- end }}
    {{- with include "worker-front-door.managementName" . }}
    {{- $service := printf "%s.%s" . $.Release.Namespace }}
    allowed-hosts: [{{ . }}, {{ $service }}, {{ $service }}.svc, {{ $service }}.svc.cluster.local]
    {{- end }}
    {{- if .Values.mesh }}
    trust-loopback: never
    limits:
      max-connections-per-address: 64
    {{- end }}
{{- with include "worker-front-door.requiredBeans" . | fromJsonArray }}
  notifiers:
    required: {{ toJson . }}
{{- end }}
{{- if not .Values.console.enabled }}
management.endpoint.console.access: none
{{- end }}
{{- with include "worker-front-door.configTrees" . }}
spring.config.import: {{ . | quote }}
{{- end }}
{{- if .Values.directory.enabled }}
{{- with .Values.directory.redis }}
{{- if .host }}
spring.data.redis.host: {{ .host | quote }}
spring.data.redis.port: {{ .port }}
{{- end }}
{{- if .tls }}
spring.data.redis.ssl.enabled: true
{{- end }}
{{- end }}
{{- end }}
{{- if .Values.tls.enabled }}
spring.ssl.bundle.pem.workers:
  reload-on-update: true
  keystore:
    certificate: /run/front-door/tls/tls.crt
    private-key: /run/front-door/tls/tls.key
  {{- if ne .Values.tls.clientAuth "none" }}
  truststore:
    certificate: /run/front-door/{{ ternary "client-ca" "tls" (ne .Values.tls.clientCa.secretName "") }}/{{ .Values.tls.clientCa.key }}
  {{- end }}
server.ssl.bundle: workers
server.ssl.client-auth: {{ .Values.tls.clientAuth }}
{{- end }}
{{- if .Values.auth.serviceAccounts.enabled }}
spring.ssl.bundle.pem.cluster:
  reload-on-update: true
  truststore:
    certificate: /run/front-door/cluster/ca.crt
{{- end }}
{{- if .Values.managementTls.enabled }}
spring.ssl.bundle.pem.management:
  reload-on-update: true
  keystore:
    certificate: /run/front-door/management-tls/tls.crt
    private-key: /run/front-door/management-tls/tls.key
  {{- if .Values.managementTls.clientCa.secretName }}
  truststore:
    certificate: /run/front-door/management-ca/{{ .Values.managementTls.clientCa.key }}
  {{- end }}
management.server.ssl.bundle: management
{{- if .Values.managementTls.clientCa.secretName }}
management.server.ssl.client-auth: want
{{- end }}
{{- else if .Values.tls.enabled }}
management.server.ssl.enabled: false
{{- end }}
{{- with .Values.config }}
---
{{ toYaml . }}
{{- end }}
{{- end -}}
