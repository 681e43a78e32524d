/** What `--help` says in English. A command's `about`; `name` of an argument or of an option's value. */
export const EN = {
  program:
    "Anhu (安护): every alarm reaches a person who comes, or the system says aloud that nobody did.",
  version: "output the version number",
  help: "display help for command",
  /** What the parser itself writes, and what stands there in this language. */
  parser: {} as Readonly<Record<string, string>>,
  /** What the parser finds wrong; the first that fits. `$1` and so on: the parts. */
  mistakes: [] as readonly (readonly [form: RegExp, sentence: string])[],
  start: {
    about: "start all services on this machine, with a simulated demo facility",
    noDemo: "no simulator, no demo facility: real use",
    lan: { name: "address", about: "TLS listeners on this address too" },
  },
  run: {
    about: "run one service alone: broker, ingest, response or edge",
    service: "service",
  },
  gateway: { about: "gateways that may join" },
  gatewayAdd: {
    about: "make an identity for a gateway; prints its credentials once, as JSON",
    facility: "facility",
    gateway: "gateway",
  },
  admin: { about: "the administrator" },
  adminLink: {
    about: "a one-time link to become an administrator, or to set a new password: 15 minutes",
  },
  scenario: {
    about: "play a scenario on the running system through the simulator's wires",
    scenario: "name",
    answer: { name: "who", about: "never, or ROLE@SECONDS after the first byte; repeatable" },
    arrive: {
      name: "seconds",
      about: "from the answer to the arrival: seconds, or never (usual: 30)",
    },
    json: "one JSON document instead of a table",
  },
  decode: {
    about:
      "decode what a driver would read: hex or topic<TAB>payload on stdin, JSON lines on stdout",
    driver: "driver",
    stream: "the lines are one stream of bytes",
  },
  detect: {
    about:
      "line protocol on stdin, alerts as JSON lines on stdout; the reading that ends an alarm also resets it",
    facility: { name: "file", about: "the facility file" },
    until: { name: "ms", about: "run the clock on to this time, for silence rules" },
    latch: "life alarms stay until a reset, which no recording holds: as in a gateway",
  },
  influx: { about: "the InfluxDB that ANHU_INFLUX_URL names" },
  influxSetup: {
    about: "make database or bucket, retention, mapping and roll-ups; what is there stays",
    retention: {
      name: "days",
      about: "how long readings are kept, like 400d, or INF: for ever",
    },
    json: "one JSON document instead of a table",
  },
  audit: { about: "the log of a facility: what nobody can change unseen" },
  auditVerify: {
    about: "find the first changed, missing or moved entry of an exported log",
    file: "file",
    head: {
      name: "facility/seq/leaf",
      about: "the last entry as it was noted; may stand several times",
    },
  },
  auditExport: {
    about: "write a facility's whole log, one entry a line, from the running system",
    facility: "facility",
    out: { name: "file", about: "a file instead of standard output" },
  },
  backup: {
    about: "copy the data directory into one file, while everything runs",
    file: { name: "file", about: "a .tar.gz that is not there yet" },
  },
  restore: {
    about: "lay a backup out in an empty data directory, once all of it was checked",
    file: "file",
  },
  doctor: {
    about: "name every misconfiguration that can be found, and what to do",
    json: "one JSON document instead of a list",
  },
  composeInit: {
    about: "make the secrets that docker-compose.yml names; what is there stays",
    folder: { name: "folder", about: "where they stand (usual: deploy/secrets)" },
  },
};
