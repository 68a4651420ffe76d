/** The shells that completion scripts exist for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/**
 * The script that a shell reads once. It asks `ringfence __complete -- WORDS` at each tab: a
 * candidate per line, and a last line `:files` where names of files fit as well.
 */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

const BASH = `# ringfence completion for bash: source <(ringfence completion bash)
_ringfence() {
  local IFS=$'\\n' current=\${COMP_WORDS[COMP_CWORD]} line
  COMPREPLY=()
  while read -r line; do
    if [ "$line" = ':files' ]; then
      compopt -o filenames 2>/dev/null
      COMPREPLY+=($(compgen -f -- "$current"))
    else
      COMPREPLY+=("$line")
    fi
  done < <("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _ringfence ringfence
`;

const ZSH = `#compdef ringfence
# ringfence completion for zsh: source <(ringfence completion zsh)
_ringfence() {
  local -a lines
  lines=("\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if (( \${lines[(I):files]} )); then _files; fi
  lines=("\${(@)lines:#:files}")
  lines=("\${(@)lines:#}")
  (( \${#lines} )) && compadd -a lines
}
compdef _ringfence ringfence
`;

const FISH = `# ringfence completion for fish: ringfence completion fish | source
function __ringfence_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l program $words[1]
  for line in ($program __complete -- $words[2..-1] 2>/dev/null)
    if test "$line" = ':files'
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c ringfence -f -a '(__ringfence_complete)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
