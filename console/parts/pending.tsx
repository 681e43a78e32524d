import { Loading } from "./page.tsx";
import { Trouble } from "./trouble.tsx";

/** What stands where an answer is not there yet: that it is asked for, or why it is not read. Nothing once there is one. */
export function Pending(props: {
  readonly of: {
    readonly data: unknown;
    readonly error: unknown;
    readonly refetch: () => unknown;
  };
}) {
  const { data, error, refetch } = props.of;
  if (data !== undefined) return null;
  return error === null ? <Loading /> : <Trouble thrown={error} retry={refetch} />;
}
