import Encodings
import HandlerLanguage
import ProjectFiles

extension Evaluator {
  /// A call of a function of a virtual module, by its row of the table. Functions with a row that
  /// says "own" have a file of their module.
  func callModule(
    _ function: ModuleFunction, _ arguments: CallArguments, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let row = ModuleTable.row(function)
    findings?.functions.insert(function)
    noteCapabilities(row.capabilities)
    let all = arguments.joined
    render(all, at: call, &state, frame)
    for value in arguments.positional { consumeDeeply(value, at: call.position) }
    if let spread = arguments.spread { consumeDeeply(spread, at: call.position) }
    if !takes(row, arguments) { addFault(deepLabels(all), &state, frame) }
    if row.sink == .log {
      for value in arguments.positional { reached(.log, value, "log", at: call.position) }
      if let spread = arguments.spread { reached(.log, spread, "log", at: call.position) }
    }
    switch function {
    case .env: return readEnv(arguments, call)
    case .routerMatch: return matchRoute(arguments, call, &state, frame)
    case .cacheGet, .cacheSet, .cacheDelete, .cacheIncr, .cacheStats:
      return useCache(function, arguments, call, &state, frame)
    case .fetch: return callFetch(arguments, call, &state, frame)
    case .composeGuard: return makeGuard(arguments)
    case .composePipe:
      return sequence(of: arguments.positional, spread: arguments.spread, at: call, frame)
    case .cors: return corsHeaders(arguments, call, frame)
    case .jwtVerify: return verifyToken(arguments, call, &state, frame)
    case .sqlOne, .sqlMany, .sqlExec:
      return useStatement(function, arguments, call, &state, frame)
    case .validateJson, .validateObject, .coerceJson, .decodeJson, .decodeForm, .decodeQuery:
      return validate(function, arguments, call, &state, frame)
    case .ioParallel: return runParallel(arguments, call, &state, frame)
    case .ioRace: return runRace(arguments, call, &state, frame)
    case .scope: return runScope(arguments, call, &state, frame)
    case .scopeUsing:
      registerCleanup(
        arguments[1], CallArguments(positional: [arguments[0]]), arguments, call, &state, frame)
      return arguments[0]
    case .scopeEnsure:
      registerCleanup(arguments[0], CallArguments(), arguments, call, &state, frame)
      return .undefined
    case .rateCheck, .rateReset: return useRateLimit(function, arguments, call, &state, frame)
    // Everything else is its row. The list is spelled out, so that a new function does not compile
    // before somebody has said which it is.
    case .sql, .parseBearer, .jwtSign, .verifyWebhookSignature, .timingSafeEqual, .sha256,
      .hmacSha256,
      .base64Encode, .base64Decode, .urlParse, .urlSearchParams, .urlEncode, .urlDecode, .uuid,
      .ulid, .nanoid, .parseCookies, .setCookie, .negotiate, .parseContentType, .logDebug,
      .logInfo, .logWarn, .logError, .escapeHtml, .unescapeHtml, .slugify, .truncate, .mask,
      .formatIso, .formatHttp, .parseIso, .addSeconds, .schemaCompile, .schemaDrop:
      return result(of: row, arguments, call, frame)
    }
  }

  /// The label of what depends on when a function is called, where its row says so.
  func chance(of function: ModuleFunction, at call: Expression) -> Labels {
    ModuleTable.row(function).isDeterministic
      ? [] : [label(.volatile, function.name, at: call.position, call: call)]
  }

  /// What the row says that a call gives.
  private func result(
    of row: ModuleRow, _ arguments: CallArguments, _ call: Expression, _ frame: Frame
  ) -> AbstractValue {
    let labels = keptLabels(row, arguments, call)
    switch row.result {
    case .undefined: return .undefined
    case .boolean: return AbstractValue.boolean.labelled(labels.of(LabelKind.keptByComparison))
    case .number: return AbstractValue.number.labelled(labels)
    case .string: return AbstractValue.string.labelled(labels)
    case .stringOrUndefined:
      return AbstractValue(kinds: [.string, .undefined], labels: labels)
    case .record: return recordOfStrings(call, frame, labels)
    case .result, .function, .own:
      return anything(arguments.positional + [arguments.spread ?? .nothing])
    }
  }

  /// Whether the arguments certainly are what a function takes.
  private func takes(_ row: ModuleRow, _ arguments: CallArguments) -> Bool {
    if row.sink == .log { return true }
    if row.checksValues || arguments.spread != nil { return false }
    return arguments.positional.allSatisfy { value in
      value.objects.isEmpty && value.functions.isEmpty && !value.mayBeNullish
        && !value.mayBeBoolean
    }
  }

  /// The labels of the arguments that a result keeps, and its own.
  func keptLabels(
    _ row: ModuleRow, _ arguments: CallArguments, _ call: Expression
  ) -> Labels {
    let given = deepLabels(arguments.joined)
    let all: Labels
    switch row.taint {
    case .none: all = []
    case .called: all = given
    case .environment, .request, .validated, .external, .cacheNamespace, .keepsArguments,
      .statementTables:
      all = given
    case .random:
      all = given.union([label(.volatile, row.function.name, at: call.position, call: call)])
    case .credential:
      all = given.union(
        labels(
          LabelKind.raw.union([.request, .credential]),
          row.function == .parseCookies ? "cookie" : row.function.name, at: call.position,
          isPlaced: true)
      ).decoded.union([piece])
    case .sessionToken:
      all = deepLabels(arguments[0]).union(arguments.spread.map(deepLabels) ?? [])
        .union([label(.session, row.function.name, at: call.position, isPlaced: true)])
    case .keeps(let places):
      all = places.reduce(into: arguments.spread.map(deepLabels) ?? []) { found, place in
        found.formUnion(deepLabels(arguments[place]))
      }
    case .cuts: all = given.union(cutMarkup(arguments[0])).union([piece])
    case .decodes: all = given.unescaped.union([openMarkup])
    case .encodesURL: all = given.without([.unencoded, .openMarkup, .piece])
    case .escapedHTML: all = given.without([.unescaped, .openMarkup, .piece])
    case .masked:
      let visible = arguments[1].literalNumbers
      let isLittle = visible.map { $0.allSatisfy { $0 <= 4 } } ?? false
      all = isLittle ? given.without([.secret, .credential]) : given
    }
    // What depends on the clock or on the cache stays so, whatever a function drops.
    return all.without([.missing]).union(given.of(LabelKind.followsBranches))
  }

  /// An object with unknown names and these labels on its strings.
  func recordOfStrings(
    _ call: Expression, _ frame: Frame, _ labels: Labels
  ) -> AbstractValue {
    let index = allocate(.data, at: call, part: "record", in: frame)
    grow(
      index, field: nil,
      AbstractValue(
        kinds: [.string, .number, .yes, .no, .undefined], objects: [index], labels: labels))
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
}
