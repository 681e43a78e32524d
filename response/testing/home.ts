export const HOME = "pt-1";

/** Two floors, three carers at night, one person in the duty room. */
export const HOME_FILE = `
facility: { id: ${HOME}, name: { zh: 荔城示范养老院, en: Licheng demo home }, kind: nursing-home, region: "350304", timezone: Asia/Shanghai, beds: 40, nursing_beds: 26 }
places:
  - { id: f2, kind: floor, name: { zh: 二层, en: Second floor } }
  - { id: f3, kind: floor, name: { zh: 三层, en: Third floor } }
  - { id: r201, kind: bedroom, in: f2, name: { zh: 201室, en: Room 201 } }
  - { id: r302, kind: bedroom, in: f3, name: { zh: 302室, en: Room 302 } }
  - { id: r306, kind: bedroom, in: f3, name: { zh: 306室, en: Room 306 } }
  - { id: duty, kind: duty-room, in: f3, name: { zh: 值班室, en: Duty room } }
residents: []
staff:
  - { id: c-201, role: carer, floor: f2, rooms: [r201], channels: [{ webhook: "http://127.0.0.1:1/a" }] }
  - { id: c-306, role: carer, floor: f3, rooms: [r306], channels: [{ webhook: "http://127.0.0.1:1/b" }] }
  - { id: c-302, role: carer, floor: f3, rooms: [r302], channels: [{ webhook: "http://127.0.0.1:1/c" }] }
  - { id: day, role: carer, floor: f3, rooms: [r302], channels: [{ webhook: "http://127.0.0.1:1/d" }] }
  - { id: duty-1, role: duty-officer, channels: [{ webhook: "http://127.0.0.1:1/e" }] }
  - { id: head, role: head, channels: [{ webhook: "http://127.0.0.1:1/f" }] }
  - { id: lead, role: fire-lead, channels: [{ webhook: "http://127.0.0.1:1/g" }] }
  - { id: centre, role: rescue-centre, channels: [{ webhook: "http://127.0.0.1:1/h" }] }
rota:
  - { shift: day, from: "08:00", to: "20:00", people: [day], duty_room: [duty-1] }
  - { shift: night, from: "20:00", to: "08:00", people: [c-201, c-306, c-302], duty_room: [duty-1] }
gateways:
  - id: gw1
    lines: [{ id: panel, path: /dev/ttyS1, driver: gb26875, baud: 9600 }]
    mqtt: { sources: [{ driver: native, base: anhu-device }] }
    siren: { topic: anhu-device/siren-1/set }
devices:
  - { id: smoke-302, kind: smoke, room: r302, line: panel, address: "1/1/0x0002000a" }
policies: default
`;
