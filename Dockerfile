# One image for broker, ingest, response and every command: `docker run ... anhu:0.1.0 doctor`. Nothing in it runs as root.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /anhu
COPY . .
RUN npm ci && npm exec -- node console/build.ts && rm -rf node_modules && npm ci --omit=dev

FROM node:24.21.0-bookworm-slim
# pg_dump for `anhu backup`: of the server's own version (docker-compose.yml).
RUN apt-get update \
  && apt-get install -y --no-install-recommends postgresql-client-15 \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node -m 700 /data
ENV NODE_ENV=production ANHU_DATA=/data
WORKDIR /anhu
COPY --from=build /anhu .
USER node
VOLUME /data
ENTRYPOINT ["node", "cli/anhu.js"]
