/** The facility overview: which panels, in which order. */
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import type { Dashboard, VariableModel } from "@grafana/grafana-foundation-sdk/dashboard";
import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { arrange } from "./layout.ts";
import type { Spec } from "./panel.ts";
import { place } from "./panel.ts";
import * as alarms from "./panels/alarms.ts";
import * as devices from "./panels/devices.ts";
import * as people from "./panels/people.ts";
import * as response from "./panels/response.ts";
import * as rooms from "./panels/rooms.ts";
import { DATASOURCE, FACILITY } from "./query.ts";
import type { Section, Words } from "./words/words.ts";

const SECTIONS: readonly (readonly [Section, readonly ((words: Words) => Spec)[]])[] = [
  [
    "alarms",
    [alarms.openNow, alarms.unanswered, alarms.drills, alarms.opened, alarms.detectors, alarms.log],
  ],
  ["rooms", [rooms.presence, rooms.doors, rooms.temperature, rooms.air, rooms.water]],
  [
    "people",
    [people.beds, people.worn, people.calls, people.heartRate, people.oxygen, people.skin],
  ],
  [
    "devices",
    [devices.silent, devices.troubles, devices.battery, devices.signal, devices.lastSeen],
  ],
  [
    "response",
    [response.usual, response.slowest, response.deliveries, response.channels, response.failures],
  ],
];

/** The board in one language. */
export function facilityOverview(words: Words): Dashboard {
  const board = new DashboardBuilder(words.title)
    .uid(`anhu-facility-${words.language}`)
    .description(words.description)
    .tags(["anhu", words.language])
    .timezone("browser")
    .refresh("30s")
    .time({ from: "now-24h", to: "now" })
    .readonly()
    .variables(variables(words));
  let y = 0;
  for (const [index, [section, makers]] of SECTIONS.entries()) {
    const id = (index + 1) * 100;
    const row = new RowBuilder(words.sections[section]);
    board.withRow(row.id(id).gridPos({ x: 0, y, w: 24, h: 1 }));
    const specs = makers.map((make) => make(words));
    const { grids, height } = arrange(
      specs.map(({ width }) => width),
      y + 1,
    );
    for (const [n, spec] of specs.entries()) {
      const grid = grids[n];
      if (grid !== undefined) board.withPanel(place(spec, words, { id: id + n + 1, grid }));
    }
    y += 1 + height;
  }
  return board.build();
}

function variables(words: Words): Builder<VariableModel>[] {
  return [
    new DatasourceVariableBuilder("datasource").label(words.variables.datasource).type("influxdb"),
    new QueryVariableBuilder("facility")
      .label(words.variables.facility)
      .datasource(DATASOURCE)
      .query('SHOW TAG VALUES WITH KEY = "facility"')
      .allowCustomValue(false)
      .refresh(VariableRefresh.OnDashboardLoad),
    new QueryVariableBuilder("room")
      .label(words.variables.room)
      .datasource(DATASOURCE)
      .query(`SHOW TAG VALUES WITH KEY = "room" WHERE ${FACILITY}`)
      .refresh(VariableRefresh.OnDashboardLoad)
      .allowCustomValue(false)
      .multi(true)
      .includeAll(true)
      .allValue(".*"),
  ];
}
