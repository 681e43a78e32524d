/** What a fire panel knows of one of its parts (GB/T 26875.3-2011, 8.2.2, figure 7). All false: normal operation. */
export interface ComponentState {
  readonly test: boolean;
  readonly fire: boolean;
  readonly fault: boolean;
  readonly shielded: boolean;
  readonly supervisory: boolean;
  readonly started: boolean;
  readonly feedback: boolean;
  readonly delayed: boolean;
  readonly powerFault: boolean;
}

/** The panel's own part of the system state (figure 6); the rest follows from its components. */
export interface PanelState {
  readonly mainsFault: boolean;
  readonly backupFault: boolean;
  readonly busFault: boolean;
  readonly manual: boolean;
  readonly test: boolean;
}

/** The state of the transmission device itself (figure 9). */
export interface UitdState {
  readonly test: boolean;
  readonly mainsFault: boolean;
  readonly backupFault: boolean;
  readonly channelFault: boolean;
  readonly lineFault: boolean;
}

export interface AnalogSpec {
  /** Table 6: 3 temperature 0.1 °C, 5 pressure 0.1 kPa, ... */
  readonly type: number;
  /** In engineering units (°C, kPa). */
  readonly value: number;
}

export interface ComponentSpec {
  /** Table 4: 1 fire alarm system, 11 hydrant, ... Default 1. */
  readonly system?: number;
  /** Default 1. */
  readonly systemAddress?: number;
  /** Table 5: 23 call point, 31 heat, 42 smoke, 92 water tank, ... */
  readonly type: number;
  /** 0 ... 0xffffffff */
  readonly address: number;
  /** At most 31 bytes in GB 18030; what is longer is cut between characters. */
  readonly text: string;
  /** Facility id, for the journal. */
  readonly device?: string;
  readonly analog?: AnalogSpec;
}

/** `${system}/${systemAddress}/0x${address, eight hex digits}` */
export type ComponentKey = string;
