/** What Grafana is told at its start (grafana.com/docs, provisioning). Names and secrets come from its environment or a file: none stands here. */

export interface ProvisioningFile {
  readonly path: string;
  readonly text: string;
}

const HEAD = "# Written by dashboards/main.ts: change it there.\n";

/** Where boards are found in Grafana's container; the compose file mounts them there. */
const BOARDS = "/etc/grafana/boards";

/** The files, by their path below provisioning/. */
export function provisioning(): ProvisioningFile[] {
  return [
    { path: "datasources/influxdb-1/anhu.yaml", text: HEAD + VERSION_1 },
    { path: "datasources/influxdb-2/anhu.yaml", text: HEAD + VERSION_2 },
    { path: "dashboards/anhu.yaml", text: HEAD + PROVIDER },
  ];
}

/** Both are asked in InfluxQL; a `uid` of their own lets links to boards last. */
const COMMON = `apiVersion: 1
datasources:
  - name: Anhu
    uid: anhu
    type: influxdb
    access: proxy
    isDefault: true
    editable: false
    url: $ANHU_INFLUX_URL`;

const VERSION_1 = `# InfluxDB 1.x: a user who may read the database. ANHU_INFLUX_URL, ANHU_INFLUX_DB and ANHU_INFLUX_USER of Grafana's
# environment; the password is the text of the secret file.
${COMMON}
    user: $ANHU_INFLUX_USER
    jsonData:
      version: InfluxQL
      dbName: $ANHU_INFLUX_DB
      httpMode: POST
      timeInterval: 10s
    secureJsonData:
      password: $__file{/run/secrets/anhu_influx_password}
`;

const VERSION_2 = `# InfluxDB 2.x by its DBRP mapping ("npx anhu influx setup" makes it), and 3.x. ANHU_INFLUX_URL and ANHU_INFLUX_DB of Grafana's
# environment; the secret file has "Token " and then a token that may read the bucket.
${COMMON}
    jsonData:
      version: InfluxQL
      dbName: $ANHU_INFLUX_DB
      httpMode: POST
      timeInterval: 10s
      httpHeaderName1: Authorization
    secureJsonData:
      httpHeaderValue1: $__file{/run/secrets/anhu_influx_authorization}
`;

const PROVIDER = `apiVersion: 1
providers:
  - name: anhu-zh
    folder: 安护
    type: file
    disableDeletion: true
    allowUiUpdates: false
    options:
      path: ${BOARDS}/zh
  - name: anhu-en
    folder: Anhu
    type: file
    disableDeletion: true
    allowUiUpdates: false
    options:
      path: ${BOARDS}/en
`;
