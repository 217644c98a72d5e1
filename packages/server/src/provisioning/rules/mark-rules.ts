// Ownership on a router is a mark in an object's comment. It survives whatever a person writes around it, and an object
// without it is somebody else's and never touched.

const pattern = /#lm-([0-9a-f]{32})\b/;

export function markOf(id: string): string {
  return `#lm-${id.replaceAll('-', '')}`;
}

/** The id in a comment's mark, or undefined. */
export function idInComment(comment: string | undefined): string | undefined {
  const hex = pattern.exec(comment ?? '')?.[1];
  return hex?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
