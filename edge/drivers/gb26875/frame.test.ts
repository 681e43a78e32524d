import { framerContract } from "../framing/contract.ts";
import { gbFramer } from "./frame.ts";
import vectors from "./vectors.json" with { type: "json" };

framerContract("gb26875", {
  framer: gbFramer,
  frames: ["A1", "A4", "K6", "B1"].map(bytes),
  noise: Uint8Array.of(0x00, 0x23, 0x23, 0xff, 0x41),
  damaged: { bytes: bytes("B5"), reason: "bad_checksum" },
  oversize: { bytes: bytes("A1").subarray(0, 26).with(25, 0x05), reason: "bad_length" },
  provocation: Uint8Array.of(0x40, 0x40, 0x40, 0x00, 0x00, 0x00, 0x00, 0x23, 0x23, 0x03),
  bound: 2 * 1054,
});

function bytes(id: string): Uint8Array {
  return Uint8Array.from(
    Buffer.from(vectors.frames.find((vector) => vector.id === id)?.hex ?? "", "hex"),
  );
}
