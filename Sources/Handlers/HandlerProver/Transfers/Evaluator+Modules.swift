import Encodings
import HandlerLanguage
import ProjectFiles

extension Evaluator {
  /// A call of a function of a virtual module, by its row of the table.
  func callModule(
    _ function: ModuleFunction, _ arguments: CallArguments, _ call: Expression,
    _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    let row = ModuleTable.row(function)
    findings?.functions.insert(function)
    noteCapabilities(row.capabilities)
    if row.failure == .critical { noteFailable(call) }
    for value in arguments.positional { consumeDeeply(value, at: call.position) }
    if let spread = arguments.spread { consumeDeeply(spread, at: call.position) }
    switch function {
    case .env: return readEnv(arguments, call)
    case .routerMatch: return matchRoute(arguments, call, state, frame)
    case .cacheGet, .cacheSet, .cacheDelete, .cacheIncr, .cacheStats:
      return useCache(function, arguments, call, state, frame)
    case .fetch: return callFetch(arguments, call, state, frame)
    case .composeGuard:
      return AbstractValue(
        functions: Set(arguments[0].functions.map { intern(.guarded($0)) }),
        labels: arguments[0].labels)
    case .composePipe:
      var members = arguments.positional
      if let spread = arguments.spread { members.append(spread) }
      return sequence(of: members, at: call, frame)
    case .logDebug, .logInfo, .logWarn, .logError:
      for value in arguments.positional { sink(.log, value, "log", at: call.position) }
      if let spread = arguments.spread { sink(.log, spread, "log", at: call.position) }
      return .undefined
    case .uuid, .ulid, .nanoid:
      return AbstractValue.string.labelled([
        label(.volatile, function.name, at: call.position, call: call)
      ])
    case .mask:
      var kept = keptLabels(row.taint, arguments)
      if let visible = arguments[1].literalNumbers, visible.allSatisfy({ $0 <= 4 }) {
        kept = kept.without([.secret, .credential])
      }
      return AbstractValue.string.labelled(kept)
    case .parseCookies:
      let kinds = LabelKind.raw.union([.request, .credential])
      let all = labels(kinds, "cookie", at: call.position)
      return recordOfStrings(call, frame, all.union(deepLabels(arguments[0]).without([.missing])))
    case .urlParse, .parseContentType, .cors:
      return recordOfStrings(call, frame, keptLabels(row.taint, arguments))
    case .negotiate:
      return AbstractValue(kinds: [.string, .undefined], labels: keptLabels(row.taint, arguments))
    case .parseIso, .addSeconds:
      return AbstractValue.number.labelled(keptLabels(row.taint, arguments))
    case .sha256, .hmacSha256, .base64Encode, .base64Decode, .urlSearchParams, .urlEncode,
      .urlDecode, .setCookie, .escapeHtml, .unescapeHtml, .slugify, .truncate, .formatIso,
      .formatHttp:
      addFault(keptLabels(row.taint, arguments))
      var value = AbstractValue.string.labelled(keptLabels(row.taint, arguments))
      if function == .truncate { value.labels.formUnion(cutMarkup(arguments[0])) }
      if function == .urlSearchParams {
        value.formUnion(recordOfStrings(call, frame, value.labels))
      }
      if function == .base64Decode { value.kinds.insert(.undefined) }
      return value
    }
  }

  /// The labels of the arguments that a result keeps.
  private func keptLabels(_ taint: ModuleRow.Taint, _ arguments: CallArguments) -> Labels {
    let all: Labels
    switch taint {
    case .none, .environment, .request, .external, .credential, .cacheNamespace: all = []
    case .keepsArguments: all = deepLabels(arguments.joined)
    case .keeps(let places):
      all = places.reduce(into: arguments.spread.map(deepLabels) ?? []) { found, place in
        found.formUnion(deepLabels(arguments[place]))
      }
    case .escapedHTML:
      all = deepLabels(arguments.joined).without([.unescaped, .openMarkup])
    case .masked: all = deepLabels(arguments.joined)
    }
    // What depends on the clock or on the cache stays so, whatever a function drops.
    return all.without([.missing]).union(
      deepLabels(arguments.joined).of(LabelKind.followsBranches))
  }

  /// An object with unknown names and these labels on its strings.
  private func recordOfStrings(
    _ call: Expression, _ frame: Frame, _ labels: Labels
  ) -> AbstractValue {
    let index = allocate(.data, at: call, part: "record", in: frame)
    grow(
      index, field: nil,
      AbstractValue(
        kinds: [.string, .number, .boolean, .undefined], objects: [index], labels: labels))
    return AbstractValue(kinds: .undefined, objects: [index], labels: labels)
  }

  /// The first argument of a call is a name that a section of the contract lists, and is not known.
  func noteUnknown(
    _ name: String, _ arguments: CallArguments, _ call: Expression, leaving gap: Findings.Gap
  ) {
    let value = arguments[0]
    let isText = value.mayBeString || value.isNothing
    findings?.leave(
      gap,
      [
        .init(
          what: isText
            ? "\(name) is not a literal here"
            : "\(name) is \(words(for: value)) here, not a literal",
          position: place(ofFirst: arguments, call))
      ])
  }

  /// Where the first argument stands; the call where it has no expression of its own.
  func place(ofFirst arguments: CallArguments, _ call: Expression) -> SourcePosition {
    arguments.expressions.first?.position ?? call.position
  }

  // MARK: env

  private func readEnv(_ arguments: CallArguments, _ call: Expression) -> AbstractValue {
    let asked = deepLabels(arguments[0]).of(LabelKind.followsBranches)
    guard let names = arguments[0].literalTexts else {
      noteUnknown("the env name", arguments, call, leaving: .env)
      return AbstractValue(
        kinds: [.string, .undefined],
        labels: asked.union([label(.secret, "env", at: call.position)]))
    }
    var found: Labels = asked
    for name in names {
      findings?.envNames.insert(name)
      found.insert(label(.missing, name, at: call.position))
      if secretOverrides[name] ?? SecretNames.isSecret(name) {
        findings?.envSecret.insert(name)
        found.insert(label(.secret, name, at: call.position))
      }
    }
    return AbstractValue(kinds: [.string, .undefined], labels: found)
  }

  // MARK: cache

  private func useCache(
    _ function: ModuleFunction, _ arguments: CallArguments, _ call: Expression, _ state: PathState,
    _ frame: Frame
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
    if function != .cacheGet, function != .cacheStats {
      sink(.cache, given, "cache", at: call.position)
      remember(deepLabels(given).without([.missing]), in: namespaces)
    }
    let name = function.name
    let read = label(.stored, name, at: call.position, call: call, in: frame)
    switch function {
    case .cacheSet:
      noteWrite(name, .harmless, deepLabels(given), state, at: call.position) { label in
        isFill(label, of: namespaces, arguments, state, frame)
      }
      return .boolean
    case .cacheDelete:
      noteWrite(name, .harmless, deepLabels(given), state, at: call.position)
      return AbstractValue.boolean.labelled([read])
    case .cacheIncr:
      noteWrite(name, .counts, deepLabels(given), state, at: call.position)
      return AbstractValue.number.labelled([read])
    case .cacheStats:
      let found = allocate(.plain, at: call, in: frame)
      for field in ["hits", "misses", "size"] {
        grow(found, field: field, AbstractValue.number.labelled([read]), isCertain: true)
      }
      return .object(found)
    default:
      return AbstractValue(
        kinds: [.string, .undefined],
        labels: contents(of: namespaces).union(given.labels.of(LabelKind.followsBranches))
          .union([read]))
    }
  }

  private func remember(_ labels: Labels, in namespaces: [String]?) {
    let labels = labels.without([.path])
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
