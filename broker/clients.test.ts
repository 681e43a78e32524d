/** With a client that everybody uses, over TCP and TLS. */
import { systemClock } from "@anhu/core/time";
// @peculiar/x509 reads its own metadata through this polyfill.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { once } from "node:events";
import { connect as connectTls } from "node:tls";
import * as x509 from "@peculiar/x509";
import mqtt from "mqtt";
import { Registry } from "prom-client";
import { expect, onTestFinished, test, vi } from "vitest";
import { gatewayIdentity, ingestIdentity } from "./index.ts";
import { brokers, credentials, dial, hello } from "./raw-client.ts";

const brokerFor = brokers(systemClock());

const GATEWAY = gatewayIdentity({ facility: "pt-1", gateway: "gw1" });
const READINGS = "anhu/v1/pt-1/gw1/readings";

/** A self-signed certificate for 127.0.0.1, and its key, PEM. */
async function certificate(): Promise<{ key: string; cert: string }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=Anhu test",
    keys,
    signingAlgorithm: algorithm,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }])],
  });
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  const key = x509.PemConverter.encode(pkcs8, x509.PemConverter.PrivateKeyTag);
  return { key, cert: made.toString("pem") };
}

test("a gateway over TLS reaches ingest over TCP, and every message is counted", async () => {
  const tls = await certificate();
  const host = "127.0.0.1";
  const metrics = new Registry();
  const broker = await brokerFor([GATEWAY, ingestIdentity()], {
    listeners: [
      { host, port: 0 },
      { host, port: 0, tls },
    ],
    metrics,
  });
  const ingest = await mqtt.connectAsync(`mqtt://${host}:${broker.ports[0]}`, {
    ...login(ingestIdentity()),
  });
  const gateway = await mqtt.connectAsync(`mqtts://${host}:${broker.ports[1]}`, {
    ...login(GATEWAY),
    ca: tls.cert,
  });
  onTestFinished(async () => {
    await Promise.all([ingest.endAsync(true), gateway.endAsync(true)]);
  });
  const heard: string[] = [];
  ingest.on("message", (_topic, payload) => heard.push(payload.toString()));
  await ingest.subscribeAsync("anhu/v1/+/+/readings", { qos: 1 });
  const sent = Array.from({ length: 200 }, (_, at) => `reading ${at} 安护`);
  await Promise.all(sent.map((text) => gateway.publishAsync(READINGS, text, { qos: 1 })));
  await vi.waitFor(() => expect(heard).toEqual(sent));
  const text = await metrics.metrics();
  expect(text).toContain("anhu_broker_clients 2");
  expect(text).toContain('anhu_broker_messages_total{direction="in"} 200');
  expect(text).toContain('anhu_broker_messages_total{direction="out"} 200');
  expect(text).toContain('anhu_broker_refused_total{reason="topic_not_allowed"} 0');
});

test("plain MQTT on the TLS port and a TLS too old are refused", async () => {
  const listeners = [{ host: "127.0.0.1", port: 0, tls: await certificate() }];
  const broker = await brokerFor([GATEWAY], { listeners });
  const plain = await dial(broker);
  plain.say(hello(GATEWAY));
  await plain.closed;
  const old = connectTls({
    host: "127.0.0.1",
    port: broker.ports[0] ?? 0,
    minVersion: "TLSv1",
    maxVersion: "TLSv1.1",
  });
  await once(old, "error");
  await vi.waitFor(() => expect(broker.stats().refused.tls_failed).toBe(2));
});

test("a broker ends at once, whoever dawdles at the TLS handshake", async () => {
  const listeners = [{ host: "127.0.0.1", port: 0, tls: await certificate() }];
  const broker = await brokerFor([GATEWAY], { listeners });
  const silent = await dial(broker);
  await expect(broker.close()).resolves.toBeUndefined();
  await silent.closed;
});

function login(draft: typeof GATEWAY): mqtt.IClientOptions {
  const { client_id: clientId, username, password } = credentials(draft);
  return { clientId, username, password, reconnectPeriod: 0 };
}
