import type { HelpWords } from "./words.ts";

export const ZH: HelpWords = {
  program: "安护：每一次报警都有人到场，否则系统会明确说出无人到场。",
  version: "显示版本号",
  help: "显示命令的帮助",
  parser: {
    "Usage:": "用法：",
    "Arguments:": "参数：",
    "Options:": "选项：",
    "Commands:": "命令：",
    "[options]": "[选项]",
    "[command]": "[命令]",
  },
  mistakes: [
    [/^error: unknown command '(.*)'/, "没有“$1”这个命令"],
    [/^error: unknown option '(.*)'/, "没有“$1”这个选项"],
    [/^error: missing required argument '(.*)'/, "缺少参数“$1”"],
    [/^error: required option '(.*)' not specified/, "缺少选项“$1”"],
    [/^error: option '(.*)' argument missing/, "选项“$1”缺少取值"],
    [/^error: too many arguments.* but got \d+: (.*)\.$/, "参数过多：$1"],
    [/./, "命令参数有误"],
  ],
  start: {
    about: "启动本机的全部服务，并带一个模拟演示机构",
    noDemo: "不运行模拟器和演示机构：实际使用",
    lan: { name: "地址", about: "在该地址上也提供 TLS 访问" },
  },
  run: {
    about: "单独运行一项服务：broker、ingest、response 或 edge",
    service: "服务",
  },
  gateway: { about: "允许接入的网关" },
  gatewayAdd: {
    about: "为网关生成身份；凭据以 JSON 输出，仅此一次",
    facility: "机构",
    gateway: "网关",
  },
  admin: { about: "管理员" },
  adminLink: {
    about: "一次性链接，用于成为管理员或重设密码，15 分钟内有效",
  },
  scenario: {
    about: "经模拟器的线路，在运行中的系统上演练一个场景",
    scenario: "场景",
    answer: { name: "应答", about: "never，或 角色@首字节后的秒数；可重复" },
    arrive: { name: "秒数", about: "从应答到到场：秒数，或 never（默认 30）" },
    json: "输出一个 JSON 文档，而不是表格",
  },
  decode: {
    about: "解码驱动会读到的内容：标准输入为十六进制或 主题<TAB>内容，标准输出为 JSON 行",
    driver: "驱动",
    stream: "各行是同一个字节流",
  },
  detect: {
    about: "标准输入为行协议读数，标准输出为报警（JSON 行）；结束报警的读数同时视为复位",
    facility: { name: "文件", about: "机构文件" },
    until: { name: "毫秒", about: "时钟继续走到该时刻，用于静默规则" },
    latch: "生命安全报警保持到复位（录制中没有复位），与网关一致",
  },
  influx: { about: "ANHU_INFLUX_URL 所指的 InfluxDB" },
  influxSetup: {
    about: "创建数据库或存储桶、保存期限、映射与汇总；已有的保持不变",
    retention: { name: "天数", about: "读数保存多久，如 400d；INF 为永久" },
    json: "输出一个 JSON 文档，而不是表格",
  },
  audit: { about: "机构台账：任何改动都能被发现" },
  auditVerify: {
    about: "在导出的台账中找出第一条被改动、缺失或移位的记录",
    file: "文件",
    head: { name: "机构/序号/哈希", about: "此前记下的末条；可重复" },
  },
  auditExport: {
    about: "从运行中的系统导出机构的整份台账，每行一条",
    facility: "机构",
    out: { name: "文件", about: "写入文件，而不是标准输出" },
  },
  backup: {
    about: "将数据目录复制到一个文件，系统可照常运行",
    file: { name: "文件", about: "尚不存在的 .tar.gz 文件" },
  },
  restore: {
    about: "全部校验后，将备份还原到空的数据目录",
    file: "文件",
  },
  doctor: {
    about: "找出所有能发现的配置错误，并说明如何处理",
    json: "输出一个 JSON 文档，而不是列表",
  },
  composeInit: {
    about: "生成 docker-compose.yml 所需的密钥；已有的保持不变",
    folder: { name: "目录", about: "存放位置（默认 deploy/secrets）" },
  },
};
