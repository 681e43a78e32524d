/** The facility file of a small home, for tests. */
export const FACILITY = "pt-licheng-0001";

export const FACILITY_FILE = `
facility: { id: ${FACILITY}, name: { zh: 荔城示范养老院, en: Licheng demo home }, kind: nursing-home, region: "350304", timezone: Asia/Shanghai, beds: 40, nursing_beds: 26 }
places:
  - { id: f3, kind: floor, name: { zh: 三层, en: Third floor } }
  - { id: r302, kind: bedroom, in: f3, name: { zh: 302室, en: Room 302 } }
residents:
  - { id: p-7f3a, room: r302 }
staff: []
rota: []
gateways:
  - id: gw1
    lines:
      - { id: panel, path: /dev/ttyS1, driver: gb26875, baud: 9600 }
devices:
  - { id: smoke-302, kind: smoke, room: r302, line: panel, address: "1/1/0x0002000a" }
policies: default
`;
