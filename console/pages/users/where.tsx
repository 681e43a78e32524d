/** Where an account's role holds, and who of the staff it is: of a new account, and of one that is corrected. */
import { useId } from "react";
import type { ReactNode } from "react";
import { Select } from "antd";
import type { StaffView } from "@anhu/response/api";
import { useRooms } from "../../api/facilities.ts";
import { usePeople } from "../../api/people.ts";
import { useFacilityList } from "../../app/facility.tsx";
import { DigitsInput } from "../../parts/digits.tsx";
import { numberOf, roleWord } from "../../parts/names.ts";
import { useWords } from "../../words/use-words.tsx";
import type { Place } from "./draft.ts";
import { scopeKindOf } from "./roles.ts";
import { staffToLink } from "./staff.ts";

/** GB/T 2260 with the three digits of a town (GB/T 10114). */
const REGION_DIGITS = 9;

interface Changed {
  readonly draft: Place;
  readonly change: (next: Partial<Place>) => void;
  /** A staff member was chosen who has this name. */
  readonly onNamed?: (name: string) => void;
  /** Of the staff, who has this account now. */
  readonly own?: string | null;
}

/** Nothing to say of who sees to everything. */
export function Where(props: Changed) {
  const { draft, change } = props;
  const { words, say } = useWords();
  const { all } = useFacilityList();
  const kind = scopeKindOf(draft.role);
  if (kind === "all") return null;
  if (kind === "region") return <Region draft={draft} change={change} />;
  return (
    <>
      <Row label={words.users.facility}>
        {(id) => (
          <Select
            id={id}
            value={draft.facility}
            onChange={(facility) => change({ facility, person: "" })}
            options={all.map((one) => ({ value: one.id, label: say(one.name) }))}
          />
        )}
      </Row>
      <StaffMember {...props} />
    </>
  );
}

function Region({ draft, change }: Changed) {
  const { words } = useWords();
  const { all, loading } = useFacilityList();
  const { region } = draft;
  const empty = !loading && region.length > 1 && !all.some((one) => one.region.startsWith(region));
  return (
    <Row label={words.users.region} hint={words.users.regionHint}>
      {(id) => (
        <>
          <DigitsInput
            id={id}
            most={REGION_DIGITS}
            value={region}
            onChange={(next) => change({ region: next })}
          />
          <span className="region-empty" role="status">
            {empty ? words.users.regionEmpty : ""}
          </span>
        </>
      )}
    </Row>
  );
}

function StaffMember({ draft, change, onNamed, own = null }: Changed) {
  const { words } = useWords();
  const { data: people = [] } = usePeople(draft.facility, true);
  const label = useStaffLabel(draft.facility);
  const choose = (person: string): void => {
    change({ person });
    onNamed?.(people.find(({ id }) => id === person)?.name ?? "");
  };
  return (
    <Row label={words.users.person} hint={words.users.personHint}>
      {(id) => (
        <Select
          id={id}
          showSearch={{ optionFilterProp: "label" }}
          value={draft.person}
          onChange={choose}
          options={[
            { value: "", label: words.users.personNone },
            ...staffToLink(people, draft.role, own).map((one) => ({
              value: one.id,
              label: label(one),
            })),
          ]}
        />
      )}
    </Row>
  );
}

/** `陈玉兰 护理员 01 · 三层 · 当班` */
function useStaffLabel(facility: string): (one: StaffView) => string {
  const { words, say } = useWords();
  const { data: places = [] } = useRooms(facility);
  return ({ id, name, role, floor, on_duty }) => {
    const at = places.find((place) => place.id === floor);
    const who = `${name ?? ""} ${roleWord(words, role)} ${numberOf(id)}`.trim();
    const more = [at === undefined ? "" : say(at.name), on_duty ? words.people.onDuty : ""];
    return [who, ...more].filter((part) => part !== "").join(" · ");
  };
}

/** A line of these forms, with its label and hint. */
export function Row(props: {
  readonly label: string;
  readonly hint?: string;
  readonly children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div className="invite-row">
      <label htmlFor={id}>{props.label}</label>
      {props.children(id)}
      {props.hint === undefined ? null : <span className="field-hint">{props.hint}</span>}
    </div>
  );
}
