import { expect, test } from "vitest";
import {
  authorizationOf,
  influxAccess,
  majorOf,
  quoteName,
  quoteText,
  writePath,
} from "./index.ts";

const nothing = (path: string): string => {
  throw new Error(`no ${path}`);
};
const ENV = { ANHU_INFLUX_URL: "http://127.0.0.1:8086/", ANHU_INFLUX_DB: "anhu" };

test("without an address there is no InfluxDB", () => {
  expect(influxAccess({}, nothing)).toBeUndefined();
  expect(influxAccess({ ANHU_INFLUX_URL: "" }, nothing)).toBeUndefined();
});

test("a secret is the variable, or the text of the file that is named", () => {
  const files = { ANHU_INFLUX_USER: "ingest", ANHU_INFLUX_PASSWORD_FILE: "/run/secrets/influx" };
  expect(influxAccess({ ...ENV, ...files }, () => "secret\n")).toEqual({
    url: "http://127.0.0.1:8086",
    database: "anhu",
    user: "ingest",
    password: "secret",
  });
  expect(() => influxAccess({ ...ENV, ...files }, nothing)).toThrow(
    "ANHU_INFLUX_PASSWORD_FILE cannot be read: no /run/secrets/influx",
  );
});

test("an empty secret is none: the file is read", () => {
  const empty = { ANHU_INFLUX_TOKEN: "", ANHU_INFLUX_TOKEN_FILE: "/run/secrets/token" };
  expect(influxAccess({ ...ENV, ...empty }, () => "secret")).toHaveProperty("token", "secret");
  const none = influxAccess({ ...ENV, ANHU_INFLUX_TOKEN: "", ANHU_INFLUX_USER: "" }, nothing);
  expect(none).toEqual({ url: "http://127.0.0.1:8086", database: "anhu" });
});

test("an address with a password in it is refused, and not said again", () => {
  const url = "http://ingest:s3cret@127.0.0.1:8086";
  const refused = (): unknown => influxAccess({ ...ENV, ANHU_INFLUX_URL: url }, nothing);
  expect(refused).toThrow("ANHU_INFLUX_USER");
  expect(refused).not.toThrow("s3cret");
  const broken = "http://ingest:s3cret@127.0.0.1:port";
  expect(() => influxAccess({ ...ENV, ANHU_INFLUX_URL: broken }, nothing)).not.toThrow("s3cret");
});

test.each([
  [{ ANHU_INFLUX_URL: "no address" }, "is no address"],
  [{ ANHU_INFLUX_URL: "ftp://127.0.0.1" }, "is no address"],
  [{ ANHU_INFLUX_URL: "http://127.0.0.1:8086/?db=x" }, "is no address"],
  [{ ANHU_INFLUX_DB: "" }, "ANHU_INFLUX_DB is not"],
  [{ ANHU_INFLUX_VERSION: "4" }, "must be 1, 2 or 3"],
])("%j is refused", (change, why) => {
  expect(() => influxAccess({ ...ENV, ...change }, nothing)).toThrow(why);
});

test.each([
  ["1.6.7~rc0", 1],
  ["v2.7.11", 2],
  ["3.0.0-beta", 3],
  ["3", 3],
  ["4.0", undefined],
  ["10.1", undefined],
  ["unknown", undefined],
  ["", undefined],
])("%j is version %s", (text, version) => {
  expect(majorOf(text)).toBe(version);
});

test("a token is for 2.x and 3.x, a name and password for 1.x", () => {
  const at = { url: "http://h", database: "d" };
  expect(authorizationOf(at)).toBeUndefined();
  expect(authorizationOf({ ...at, token: "t" })).toBe("Token t");
  const basic = Buffer.from("安:p:w").toString("base64");
  expect(authorizationOf({ ...at, user: "安", password: "p:w" })).toBe(`Basic ${basic}`);
});

test("each version has its way to write", () => {
  expect(writePath("a b", 1, { precision: "ns" })).toBe("/write?db=a+b&precision=ns");
  expect(writePath("anhu", 2, { precision: "ms", organization: "0a" })).toBe(
    "/api/v2/write?bucket=anhu&precision=ms&orgID=0a",
  );
  expect(writePath("anhu", 3, { precision: "ms" })).toBe("/api/v2/write?bucket=anhu&precision=ms");
});

test("what comes from outside stays a value or a name", () => {
  expect(quoteText("a' OR '1'='1\n\\")).toBe("'a\\' OR \\'1\\'=\\'1\\n\\\\'");
  expect(quoteName('a"; DROP DATABASE x; --')).toBe('"a\\"; DROP DATABASE x; --"');
});
