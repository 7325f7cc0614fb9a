{{/* Annotations that make each controller keep an idle WebSocket open, and use TLS to a pod with TLS. */}}
{{- define "worker-front-door.ingressAnnotations" -}}
{{- $seconds := .Values.ingress.timeoutSeconds | int -}}
{{- $controller := .Values.ingress.controller -}}
{{- if eq $controller "nginx" -}}
nginx.ingress.kubernetes.io/proxy-http-version: "1.1"
nginx.ingress.kubernetes.io/proxy-read-timeout: {{ $seconds | quote }}
nginx.ingress.kubernetes.io/proxy-send-timeout: {{ $seconds | quote }}
{{- if .Values.tls.enabled }}
nginx.ingress.kubernetes.io/backend-protocol: HTTPS
{{- end }}
{{- else if eq $controller "f5-nginx" -}}
nginx.org/websocket-services: {{ include "worker-front-door.fullname" . }}
nginx.org/proxy-read-timeout: {{ printf "%ds" $seconds }}
nginx.org/proxy-send-timeout: {{ printf "%ds" $seconds }}
{{- if .Values.tls.enabled }}
nginx.org/ssl-services: {{ include "worker-front-door.fullname" . }}
{{- end }}
{{- else if eq $controller "haproxy-ingress" -}}
haproxy-ingress.github.io/timeout-tunnel: {{ printf "%ds" $seconds }}
{{- if .Values.tls.enabled }}
haproxy-ingress.github.io/backend-protocol: h1-ssl
{{- end }}
{{- else if eq $controller "haproxy-technologies" -}}
haproxy.org/timeout-tunnel: {{ printf "%ds" $seconds }}
{{- if .Values.tls.enabled }}
haproxy.org/server-ssl: "true"
{{- end }}
{{- else if eq $controller "contour" -}}
projectcontour.io/websocket-routes: {{ .Values.path | quote }}
projectcontour.io/response-timeout: infinity
{{- else if eq $controller "alb" -}}
alb.ingress.kubernetes.io/target-type: ip
alb.ingress.kubernetes.io/load-balancer-attributes: {{ printf "idle_timeout.timeout_seconds=%d" (min $seconds 4000) }}
alb.ingress.kubernetes.io/target-group-attributes: {{ printf "deregistration_delay.timeout_seconds=%s" (include "worker-front-door.graceSeconds" .) }}
alb.ingress.kubernetes.io/healthcheck-port: "8081"
alb.ingress.kubernetes.io/healthcheck-protocol: {{ include "worker-front-door.managementScheme" . }}
alb.ingress.kubernetes.io/healthcheck-path: /actuator/health/readiness
{{- if .Values.tls.enabled }}
alb.ingress.kubernetes.io/backend-protocol: HTTPS
{{- end }}
{{- end -}}
{{- end -}}

{{/* Annotations of the workers' Service: some controllers look for theirs there. */}}
{{- define "worker-front-door.serviceAnnotations" -}}
{{- if .Values.ingress.enabled -}}
{{- $controller := .Values.ingress.controller -}}
{{- if and (eq $controller "contour") .Values.tls.enabled -}}
projectcontour.io/upstream-protocol.tls: workers
{{- else if and (eq $controller "traefik") .Values.tls.enabled -}}
traefik.ingress.kubernetes.io/service.serversscheme: https
{{- else if eq $controller "gce" -}}
cloud.google.com/neg: '{"ingress": true}'
cloud.google.com/backend-config: {{ dict "default" (include "worker-front-door.fullname" .) | toJson | squote }}
{{- if .Values.tls.enabled }}
cloud.google.com/app-protocols: '{"workers": "HTTPS"}'
{{- end }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The most seconds for which the load balancer in front keeps connections to a pod that it has removed; empty without a limit. */}}
{{- define "worker-front-door.drainLimitSeconds" -}}
{{- $limited := and .Values.ingress.enabled (has .Values.ingress.controller (list "alb" "gce")) -}}
{{- if eq .Values.service.type "LoadBalancer" -}}
{{- range $name, $_ := .Values.service.annotations -}}
{{- if regexMatch "^(service\\.beta\\.kubernetes\\.io/aws-load-balancer|cloud\\.google\\.com/|networking\\.gke\\.io/)" $name -}}
{{- $limited = true -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $limited -}}3600{{- end -}}
{{- end -}}
