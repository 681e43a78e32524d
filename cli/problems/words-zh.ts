import type { Facts } from "@anhu/core/errors";

type Sentence = (about: Facts) => string;

const OTHER_DIRECTORY = "请用 ANHU_DATA 为它指定单独的目录";
const MADE_BY_START = "首次启动会生成它";

/** By the code of an error: what is wrong, and what to do. */
const PROBLEMS_ZH: Readonly<Record<string, Sentence>> = {
  port_taken: ({ host, port, command, pid, variable }) => {
    const owner = pid === undefined ? "其他程序" : ` ${command}（进程 ${pid}）`;
    const remedy =
      variable === undefined
        ? "在 facility.yaml 和 channels.yaml 中换用其他端口"
        : `用 ${variable} 换用其他端口`;
    return `${host === undefined ? "" : `${host} 的`}端口 ${port} 已被${owner}占用：请结束该程序，或${remedy}`;
  },
  cannot_listen: ({ host, port, errno = "", addresses }) => {
    const own = `--lan 须为本机的地址${addresses === undefined ? "" : `：${addresses}`}`;
    const why = errno === "EACCES" ? "没有权限，请换用 1024 以上的端口" : own;
    return `无法在${host === undefined ? "" : ` ${host} 的`}端口 ${port} 上监听：${why}`;
  },
  bad_config: ({ variable }) =>
    `${variable ?? "某个环境变量"} 的设置有误：说明见 docs/operation.md`,
  bad_port: ({ variable, value }) => `${variable}=${value} 不是端口：应为 1 至 65535`,
  bad_service: ({ service }) => `没有“${service}”这项服务：broker、ingest、response、edge`,
  bad_id: ({ id }) => `“${id}”不是有效的编号：[a-z0-9-]，1 至 32 个字符`,
  wrong_mode: ({ dataDir, mode }) =>
    mode === "demo"
      ? `${dataDir} 已用于实际运行，不能运行演示：${OTHER_DIRECTORY}`
      : `${dataDir} 中是演示机构，不能用于实际运行：${OTHER_DIRECTORY}`,
  name_not_permitted: ({ name, path }) =>
    `本地 CA（${path}）不能为 ${name} 签发证书：请改用内网地址或本地名称，或移走 ca.crt 与 ca.key 后重新启动；更换后，各网关与手机须重新信任新的 ca.crt`,
  not_set_up: ({ dataDir }) => `${dataDir} 中尚未启动过系统：请先执行 npm start，或设置 ANHU_DATA`,
  identity_exists: ({ username }) => `${username} 已有身份：凭据只在生成时输出一次`,
  already_running: ({ dataDir, pid }) =>
    `安护已在 ${dataDir ?? "该目录"} 上运行${pid === undefined ? "" : `（进程 ${pid}）`}：请先停止它，或用 ANHU_DATA 另指定一个目录`,
  bad_facility: ({ mistakes, path }) =>
    mistakes === undefined
      ? `机构文件${path === undefined ? "" : ` ${path} `}有误：执行 npx anhu doctor 查看各处错误`
      : `机构文件有误：\n${mistakes}`,
  bad_identity: () => "网关的 identity.json 无法读取或格式不对：请重新复制",
  bad_room_key: () => "secrets/room-code.key 不是 32 字节的十六进制数：请从备份恢复，门牌码依赖它",
  bad_answers_key: () =>
    "secrets/answers.key 不是 32 字节的十六进制数：请删除它，下次启动会重新生成",
  unreadable: ({ path }) => `无法读取 ${path ?? "所需的文件"}：请检查路径与权限`,
  tls_unreadable: ({ path }) => `无法读取密钥或证书${at(path)}：${MADE_BY_START}`,
  no_credentials: ({ path }) => `没有登录消息代理的凭据${at(path)}：${MADE_BY_START}`,
  identities_unreadable: ({ path }) => `无法打开身份文件 ${path}：请检查文件与磁盘`,
  bad_line: () => "机构文件中某条线路的地址无法打开",
  unknown_driver: () => "机构文件使用了本程序没有的驱动",
  unknown_gateway: () => "机构文件中没有 ANHU_GATEWAY 所指的网关",
  bad_secrets: ({ path }) =>
    `${path ?? "secrets/webhooks.json"} 无法读写或内容不对：请检查权限，或移走它以生成新的密钥`,
  migration_failed: () => "事件数据库未能更新到新版本：请检查磁盘或数据库连接",
  service_failed: ({ service, how, why, code, log, ...about }) => {
    const ended = how === undefined ? "在规定时间内未就绪" : `未就绪即退出（${how}）`;
    const reason = code === undefined ? (why ?? ended) : sentenceOf(String(code), about);
    return `${service} 未能启动：${reason}（日志：${log}）`;
  },
  api_refused: ({ path, status, code }) =>
    `系统拒绝了请求 ${path}（${status}${code === undefined ? "" : ` ${code}`}）：ANHU_DATA 是否为运行中系统的目录？`,
  pty_failed: () => "系统未能提供虚拟串口",
  link_in_the_way: () => "数据目录中有文件占用了模拟线路的位置：请移走它",
  socket_failed: () => "无法打开模拟器的控制接口：ANHU_DATA 的路径可能过长",
  no_login: () => "机构文件中的某个设备没有凭据：请重新启动以生成",
  bad_demo_address: () => "机构文件中的某个设备不能接在模拟主机上：请检查类型与地址",
  no_simulator: () => "模拟器未运行：请用 npm start 启动",
  timeout: () => "模拟器没有应答",
  influx_unreachable: ({ host }) =>
    `${host} 的 InfluxDB 没有应答：请检查 ANHU_INFLUX_URL、网络，以及它是否在运行`,
  influx_refused: ({ host, status }) =>
    status === 403
      ? `${host} 的 InfluxDB 不允许这些凭据执行此操作（403）：设置需要管理员的凭据`
      : `${host} 的 InfluxDB 不接受所给的凭据（${status}）：请检查 ANHU_INFLUX_TOKEN，或 ANHU_INFLUX_USER 与 ANHU_INFLUX_PASSWORD`,
  influx_version: ({ host }) =>
    `${host} 不是已知版本的 InfluxDB：需要 1、2 或 3；服务器不报版本时请设置 ANHU_INFLUX_VERSION`,
  influx_organization: ({ database, count }) =>
    `此令牌可见 ${count} 个组织，且没有存储桶“${database}”：请先在正确的组织中创建，或使用该组织的令牌`,
  influx_failed: ({ host, status }) =>
    `${host ?? ""} InfluxDB 未能执行${status === undefined ? "" : `（${status}）`}：请查看其日志，并核对 ANHU_INFLUX_VERSION`.trim(),
  bad_retention: ({ value }) => `--retention 应为天数（如 400d）或 INF，而不是“${value}”`,
};

/** By the code of the operating system (errno(3)). */
export const SYSTEM_ZH: Readonly<Record<string, string>> = {
  EACCES: "没有权限",
  EPERM: "没有权限",
  ENOSPC: "磁盘空间不足",
  EROFS: "文件系统是只读的",
  ENOENT: "文件或目录不存在",
  ENOTDIR: "路径中有一部分不是目录",
  EISDIR: "这是一个目录",
  EEXIST: "文件已存在",
  EIO: "磁盘读写出错",
  EMFILE: "打开的文件过多",
};

/** What an error of this code says. */
export function sentenceOf(code: string, about: Facts): string {
  const make = PROBLEMS_ZH[code];
  return make === undefined ? `未能完成（代码 ${code}，说明见 docs/errors.md）` : make(about);
}

function at(path: string | number | undefined): string {
  return path === undefined ? "" : ` ${path}`;
}
