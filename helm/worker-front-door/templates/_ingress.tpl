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
{{- if .Values.tls.enabled }}
projectcontour.io/upstream-protocol.tls: workers
{{- end }}
{{- else if eq $controller "alb" -}}
alb.ingress.kubernetes.io/target-type: ip
alb.ingress.kubernetes.io/load-balancer-attributes: {{ printf "idle_timeout.timeout_seconds=%d" (min $seconds 4000) }}
alb.ingress.kubernetes.io/target-group-attributes: {{ printf "deregistration_delay.timeout_seconds=%s" (include "worker-front-door.graceSeconds" .) }}
alb.ingress.kubernetes.io/healthcheck-port: "8081"
alb.ingress.kubernetes.io/healthcheck-protocol: HTTP
alb.ingress.kubernetes.io/healthcheck-path: /actuator/health/readiness
{{- if .Values.tls.enabled }}
alb.ingress.kubernetes.io/backend-protocol: HTTPS
{{- end }}
{{- end -}}
{{- end -}}
