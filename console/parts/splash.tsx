import { LoadingOutlined } from "@ant-design/icons";
import { useWords } from "../words/use-words.tsx";
import "./door.css";

/** While nothing else can be shown; `dark`: the system cannot be reached. */
export function Splash({ dark = false }: { readonly dark?: boolean }) {
  const { words } = useWords();
  return (
    <div className="splash" role="status">
      <img src="calm.svg" alt="" width={56} height={56} />
      <p className={dark ? "splash-dark" : ""}>
        {dark ? words.problem.unreachable : <LoadingOutlined aria-label={words.loading} />}
      </p>
    </div>
  );
}
