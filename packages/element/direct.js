/**
 * A channel between two browsers. What each has to know of the other is complete before it is handed over; there is no
 * server that would pass on more later.
 */

/** How long it is looked for addresses, in milliseconds. A STUN server that does not answer takes longer. */
const GATHERS_WITHIN = 4_000;
/** How much the browser may hold before more is given to it, in bytes. */
const HIGH = 256 * 1024;

/** One attempt to connect. */
export class Connection {
  #peer;
  #on;
  #isDone = false;

  /**
   * @param {string[]} servers addresses of STUN servers, often none
   * @param {{ open(channel: Channel): void, failed(): void }} on `failed` is called after `accept` alone
   */
  constructor(servers, on) {
    this.#on = on;
    this.#peer = new RTCPeerConnection({ iceServers: servers.map((urls) => ({ urls })) });
    // Both sides know of it, so nobody has to announce it.
    const channel = this.#peer.createDataChannel('postil', { negotiated: true, id: 0 });
    channel.binaryType = 'arraybuffer';
    const opened = new Channel(this.#peer, channel);
    channel.addEventListener('open', () => {
      this.#isDone = true;
      on.open(opened);
    });
  }

  /** @returns {Promise<string>} the description of this side */
  async offer() {
    await this.#peer.setLocalDescription();
    return this.#complete();
  }

  /** @returns {Promise<string>} the description of this side, which answers the other's */
  async answer(sdp) {
    await this.#peer.setRemoteDescription({ type: 'offer', sdp });
    await this.#peer.setLocalDescription();
    return this.#complete();
  }

  /** Takes the answer; from now on it either works or fails. */
  async accept(sdp) {
    this.#peer.addEventListener('connectionstatechange', () => {
      if (this.#peer.connectionState === 'failed' && !this.#isDone) this.#on.failed();
    });
    await this.#peer.setRemoteDescription({ type: 'answer', sdp });
  }

  /** Gives it up, unless it has come about. */
  end() {
    if (!this.#isDone) this.#peer.close();
  }

  async #complete() {
    const peer = this.#peer;
    if (peer.iceGatheringState !== 'complete') {
      await new Promise((resolve) => {
        setTimeout(resolve, GATHERS_WITHIN);
        peer.addEventListener('icegatheringstatechange', () => peer.iceGatheringState === 'complete' && resolve());
      });
    }
    return peer.localDescription.sdp;
  }
}

/** What Postil uses like a WebSocket. What comes before somebody listens is kept. */
export class Channel extends EventTarget {
  #peer;
  #channel;
  /** What is to be sent when the browser has room. */
  #queue = [];
  #early = [];
  #isEnded = false;

  constructor(peer, channel) {
    super();
    this.#peer = peer;
    this.#channel = channel;
    channel.bufferedAmountLowThreshold = HIGH / 4;
    channel.addEventListener('bufferedamountlow', () => this.#flush());
    channel.addEventListener('message', ({ data }) => (this.#early ? this.#early.push(data) : this.#tell(data)));
    channel.addEventListener('close', () => this.#end());
    peer.addEventListener('connectionstatechange', () => peer.connectionState === 'failed' && this.#end());
    // So that the other side does not have to find out by silence.
    addEventListener('pagehide', () => this.#end(), { once: true });
  }

  /** Somebody listens now. */
  start() {
    const early = this.#early;
    this.#early = null;
    this.dispatchEvent(new Event('open'));
    early.forEach((data) => this.#tell(data));
  }

  /** @param {Uint8Array} bytes copied, because they are in memory that changes */
  send(bytes) {
    this.#queue.push(bytes.slice());
    this.#flush();
  }

  close() {
    this.#flush();
    this.#end();
  }

  #tell(data) {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  #flush() {
    const channel = this.#channel;
    while (this.#queue.length && channel.readyState === 'open' && channel.bufferedAmount < HIGH) channel.send(this.#queue.shift());
  }

  #end() {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#peer.close();
    this.dispatchEvent(new Event('close'));
    // Whoever closes it has to be done with that before more follows from it.
    queueMicrotask(() => this.dispatchEvent(new Event('ended')));
  }
}
