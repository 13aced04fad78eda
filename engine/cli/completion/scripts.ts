/**
 * Scripts that a shell sources once. Each asks `toolbox __complete WORD…` for lines `value<TAB>note`, and offers files
 * where none come.
 */
export const scripts: { readonly [shell: string]: string } = {
  bash: `# Completion of toolbox for bash. Put into ~/.bashrc:  source <(toolbox completion bash)
_toolbox() {
  local value note
  COMPREPLY=()
  while IFS=$'\\t' read -r value note; do
    COMPREPLY+=("$(printf '%q' "$value")")
    [[ $value == *= ]] && compopt -o nospace
  done < <(toolbox __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _toolbox toolbox
`,
  zsh: `#compdef toolbox
# Completion of toolbox for zsh. Put into ~/.zshrc, after compinit:  source <(toolbox completion zsh)
_toolbox() {
  local value note
  local -a whole open notes opens
  while IFS=$'\\t' read -r value note; do
    if [[ $value == *= ]]; then
      open+=("$value"); opens+=("$value \${note:+-- $note}")
    else
      whole+=("$value"); notes+=("$value \${note:+-- $note}")
    fi
  done < <(toolbox __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#whole} + \${#open} == 0 )); then
    _files
    return
  fi
  (( \${#whole} )) && compadd -l -d notes -a whole
  (( \${#open} )) && compadd -l -S '' -d opens -a open
}
compdef _toolbox toolbox
`,
  fish: `# Completion of toolbox for fish. Put into ~/.config/fish/config.fish:  toolbox completion fish | source
function __toolbox_complete
    set -l words (commandline -opc)
    set -l found (toolbox __complete $words[2..-1] (commandline -ct) 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c toolbox -f -a '(__toolbox_complete)'
`,
};
