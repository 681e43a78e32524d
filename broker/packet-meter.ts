/**
 * Follows the fixed headers of a stream of MQTT packets without keeping a byte (MQTT 3.1.1 section 2.2):
 *
 *   type|flags  remaining length, 1-4 bytes of 7 bits, low first   remaining length bytes
 *   30          05                                                 00 01 61 68 69          PUBLISH "a" "hi"
 */
export class PacketMeter {
  /** Bytes of the packet's body still to come. */
  #body = 0;
  /** Bytes of the fixed header seen; 0 = between packets. */
  #header = 0;
  #length = 0;

  /**
   * False when the chunk begins a packet that is too large, or whose length has more than 4 bytes [MQTT-2.2.3].
   * `maxBytes`: of a whole packet, its fixed header included.
   */
  push(chunk: Uint8Array, maxBytes: number): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body > 0) {
        const skipped = Math.min(this.#body, chunk.length - at);
        this.#body -= skipped;
        at += skipped;
      } else if (!this.#headerByte(chunk[at++] ?? 0, maxBytes)) {
        return false;
      }
    }
    return true;
  }

  #headerByte(byte: number, maxBytes: number): boolean {
    if (this.#header++ === 0) return true;
    if (this.#header > 5) return false;
    this.#length += (byte & 0x7f) * 128 ** (this.#header - 2);
    if (byte >= 0x80) return true;
    if (this.#header + this.#length > maxBytes) return false;
    this.#body = this.#length;
    this.#header = 0;
    this.#length = 0;
    return true;
  }
}
