import HandlerLanguage
import ProjectFiles

// `zigttp:env`.
extension Evaluator {
  func readEnv(_ arguments: CallArguments, _ call: Expression) -> AbstractValue {
    let asked = deepLabels(arguments[0]).without([.missing, .openMarkup, .piece]).choosing
    guard let names = arguments[0].literalTexts else {
      noteUnknown("the env name", arguments, call, leaving: .env)
      return AbstractValue(
        kinds: [.string, .undefined],
        labels: asked.union([label(.secret, "env", at: call.position, isPlaced: true)]))
    }
    var found = asked
    for name in names {
      findings?.envNames.insert(name)
      found.insert(label(.missing, name, at: call.position))
      if secretOverrides[name] ?? SecretNames.isSecret(name) {
        findings?.envSecret.insert(name)
        found.insert(label(.secret, name, at: call.position, isPlaced: true))
      }
    }
    return AbstractValue(kinds: [.string, .undefined], labels: found)
  }
}
