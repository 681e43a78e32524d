/** What is wrong with what was typed or asked, read out when it comes; null: nothing. */
export function Complaint({ text }: { readonly text: string | null }) {
  return (
    <p className="field-wrong" role="alert">
      {text}
    </p>
  );
}
