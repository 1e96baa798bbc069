import { defineCommand } from '../command.ts';

/** `completion` of one program; `also` names what is completed beside what every program has. */
export const completionCommand = (program: string, also?: string) =>
  defineCommand({
    name: 'completion',
    summary: 'Print a script for shell completion',
    details: `Commands, options and their values are completed${also === undefined ? '' : `, and ${also}`}.`,
    positionals: {
      shell: { kind: 'choice', value: 'bash|zsh', choices: ['bash', 'zsh'], required: true, describe: 'Your shell' },
    },
    options: {},
    examples: [
      { line: `source <(${program} completion bash)`, says: 'For this shell; put it into ~/.bashrc for every one' },
      { line: `${program} completion zsh > ~/.zfunc/_${program}`, says: 'With ~/.zfunc in fpath' },
    ],
    async run({ shell }, { terminal }) {
      await terminal.write(shell === 'bash' ? bash(program) : zsh(program));
      return 0;
    },
  });

function bash(program: string): string {
  const name = `_${program.replaceAll('-', '_')}`;
  return `# Completion of ${program} for bash: source <(${program} completion bash)
${name}() {
  local IFS=$'\\n'
  COMPREPLY=($(${program} --complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o bashdefault -o default -F ${name} ${program}
`;
}

function zsh(program: string): string {
  const name = `_${program.replaceAll('-', '_')}`;
  return `#compdef ${program}
# Completion of ${program} for zsh: a file _${program} in fpath, or source <(${program} completion zsh)
${name}() {
  local -a found
  found=("\${(@f)$(${program} --complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
if [[ "\${funcstack[1]}" == "_${program}" ]]; then ${name} "$@"; else compdef ${name} ${program}; fi
`;
}
