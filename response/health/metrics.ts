/**
 * Joins the Prometheus texts of several services to one: each family once, with all its samples together, as the format demands
 * (Prometheus exposition formats, text format), and each sample labelled with its service.
 */
export function mergeMetrics(texts: readonly (readonly [service: string, text: string])[]): string {
  const families = new Map<string, { comments: string[]; samples: string[] }>();
  for (const [service, text] of texts) {
    let family = { comments: [] as string[], samples: [] as string[] };
    for (const line of text.split("\n")) {
      const comment = /^# (HELP|TYPE) (\S+)/.exec(line);
      if (comment !== null) {
        const name = comment[2] ?? "";
        family = families.get(name) ?? { comments: [], samples: [] };
        families.set(name, family);
        const start = `# ${comment[1]} `;
        if (!family.comments.some((known) => known.startsWith(start))) family.comments.push(line);
      } else if (line !== "" && !line.startsWith("#")) {
        family.samples.push(labelled(line, service));
      }
    }
  }
  const blocks = [...families.values()].map(({ comments, samples }) => [...comments, ...samples]);
  return `${blocks.flat().join("\n")}\n`;
}

/** `name{a="b"} 1` or `name 1`, with `service` as its first label. */
function labelled(sample: string, service: string): string {
  const [, name = "", open, rest = ""] = /^([^\s{]+)(\{)?(.*)$/.exec(sample) ?? [];
  const label = `service=${JSON.stringify(service)}`;
  if (open === undefined) return `${name}{${label}}${rest}`;
  return rest.startsWith("}") ? `${name}{${label}${rest}` : `${name}{${label},${rest}`;
}
