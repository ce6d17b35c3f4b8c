import Encodings
import HandlerLanguage

// `zigttp:cache`: what is written to a namespace is what reading it gives.
extension Evaluator {
  func useCache(
    _ function: ModuleFunction, _ arguments: CallArguments, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let namespaces = arguments[0].literalTexts
    let isLeftOut =
      function == .cacheStats && arguments.positional.isEmpty && arguments.spread == nil
    // Statistics of all namespaces touch none of them.
    if let namespaces {
      findings?.cacheNamespaces.formUnion(namespaces)
    } else if !isLeftOut {
      noteUnknown("the cache namespace", arguments, call, leaving: .cache)
    }
    let given = arguments.joined
    let kept = deepLabels(given).without([.missing])
    if case .store = ModuleTable.row(function).sink {
      reached(.cache, given, "cache", at: call.position)
      remember(contents(function, arguments), in: namespaces)
    }
    let name = function.name
    let read = label(.stored, name, at: call.position, call: call, in: frame)
    // Which namespace and which key it is decides what is read, but it is what was written.
    let asked = kept.of(LabelKind.followsBranches)
    switch function {
    case .cacheSet:
      noteWrite(function, .harmless, kept, state, at: call.position) { label in
        isFill(label, of: namespaces, arguments, state, frame)
      }
      return .boolean
    case .cacheDelete:
      noteWrite(function, .harmless, kept, state, at: call.position)
      return AbstractValue.boolean.labelled([read])
    case .cacheIncr:
      noteWrite(function, .counts, kept, state, at: call.position)
      return AbstractValue.number.labelled(
        contents(of: namespaces).without(LabelKind.droppedByNumber).union([read])
          .union(deepLabels(arguments.rest(from: 2)).without(LabelKind.droppedByNumber)))
    case .cacheStats:
      let found = allocate(.plain, at: call, in: frame)
      for field in ["hits", "misses", "size"] {
        grow(found, field: field, AbstractValue.number.labelled([read]), isCertain: true)
      }
      return .object(found)
    default:
      return AbstractValue(
        kinds: [.string, .undefined],
        labels: contents(of: namespaces).union([read]).union(asked))
    }
  }

  /// Labels of what a write leaves in its namespace: the value, not the key; a count has only its
  /// steps.
  private func contents(_ function: ModuleFunction, _ arguments: CallArguments) -> Labels {
    var value = arguments[2]
    if function == .cacheDelete { value = .nothing }
    if let spread = arguments.spread { value.formUnion(spread) }
    return deepLabels(value).without([.missing, .path])
  }

  private func remember(_ labels: Labels, in namespaces: [String]?) {
    if !labels.isEmpty, hides(.contents) { return }
    if let namespaces {
      for name in namespaces where !labels.isSubset(of: cacheContents[name] ?? []) {
        cacheContents[ByteName(name), default: []].formUnion(labels)
        hasChanged = true
      }
    } else if !labels.isSubset(of: cacheAnywhere) {
      cacheAnywhere.formUnion(labels)
      hasChanged = true
    }
  }

  private func contents(of namespaces: [String]?) -> Labels {
    guard let namespaces else {
      return cacheContents.values.reduce(cacheAnywhere) { $0.union($1) }
    }
    return namespaces.reduce(cacheAnywhere) { $0.union(cacheContents[$1] ?? []) }
  }
}
