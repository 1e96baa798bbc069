/** What stands in a value for something that the target does not have, `not-in-target:project/0f3c…`, in words. */
export function withoutMarks(text: string): string {
  return text.replaceAll(
    /not-in-target:([a-z-]+)\/([\w.:-]+)/g,
    (_, type: string, id: string) => `${type} ${id} of the source, not in the target`,
  );
}
