import { expect, test } from "vitest";
import { openPasswords, weaknessOf } from "./passwords.ts";

const passwords = openPasswords({ ln: 4 });

test("a password matches what was made of it, and nothing else does", async () => {
  const phc = await passwords.hash("correct horse");
  expect(phc).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$[^$=]{22}\$[^$=]{43}$/);
  expect(await passwords.hash("correct horse")).not.toBe(phc);
  expect(await passwords.matches("correct horse", phc)).toBe(true);
  expect(await passwords.matches("correct horsf", phc)).toBe(false);
  expect(await passwords.matches("correct horse", null)).toBe(false);
  await expect(passwords.matches("x", "$argon2id$")).rejects.toThrow(/PHC/);
});

test("letters that look the same are the same, however a keyboard writes them", async () => {
  const phc = await passwords.hash("pass\u00e9 compos\u00e9");
  expect(await passwords.matches("passe\u0301 compose\u0301", phc)).toBe(true);
});

test("it is the scrypt of RFC 7914 (12, third vector, the first 32 bytes)", async () => {
  const phc = (hash: string) => {
    const bytes = [Buffer.from("SodiumChloride"), Buffer.from(hash, "hex")];
    const texts = bytes.map((one) => one.toString("base64").replaceAll("=", ""));
    return `$scrypt$ln=14,r=8,p=1$${texts.join("$")}`;
  };
  const hash = "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2";
  expect(await passwords.matches("pleaseletmein", phc(hash))).toBe(true);
  expect(await passwords.matches("pleaseletmein", phc(hash.replace("7", "8")))).toBe(false);
});

test("beyond two at work and sixteen waiting nobody is taken, and each of those is served", async () => {
  const tries = Array.from({ length: 18 }, () => passwords.matches("x", null));
  await expect(passwords.matches("x", null)).rejects.toMatchObject({
    code: "sign_in_busy",
    retry: true,
  });
  expect(await Promise.all(tries)).toHaveLength(18);
  expect(await passwords.matches("x", null)).toBe(false);
});

test.each([
  ["123456789", "lin", "under 10 characters"],
  ["x".repeat(257), "lin", "over 256 characters"],
  ["Lin.Xiuying", "lin.xiuying", "the same as the login"],
  ["福建莆田荔城养老院床", "lin", null],
  ["          ", "lin", null],
])("%j for %j: %s", (password, login, why) => {
  expect(weaknessOf(password, login)).toBe(why);
});
