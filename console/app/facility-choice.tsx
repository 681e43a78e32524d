import { Select } from "antd";
import { matchPath, useLocation, useNavigate } from "react-router";
import { useWords } from "../words/use-words.tsx";
import { useFacilityList } from "./facility.tsx";

/** For who has several facilities: the pages of one facility show the chosen one. */
export default function FacilityChoice() {
  const { words, say } = useWords();
  const { all, current } = useFacilityList();
  const { pathname } = useLocation();
  const go = useNavigate();
  const choose = (next: string): void => {
    const page = matchPath("/f/:facility/:page/*", pathname)?.params.page;
    void go(`/f/${next}/${page === undefined || page === "rooms" ? "overview" : page}`);
  };
  return (
    <Select
      aria-label={words.nav.facility}
      value={current}
      onChange={choose}
      showSearch={{ optionFilterProp: "label" }}
      style={{ width: "100%" }}
      options={all.map(({ id, name }) => ({ value: id, label: say(name) }))}
    />
  );
}
