import Contracts
import Encodings
import HandlerLanguage

// `zigttp:fetch`, and the global `fetchSync`.
extension Evaluator {
  /// `fetch(url, init)`.
  func callFetch(
    _ arguments: CallArguments, _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let url = arguments[0]
    let options = arguments[1].union(arguments.rest(from: 2))
    let row = ModuleTable.row(.fetch)
    let targets = targets(of: url)
    if let targets {
      findings?.hosts.formUnion(targets.map(\.host))
    } else {
      noteUnknownHost(url, arguments, call)
    }
    if row.sink == .egress {
      reached(
        .egress, url, "URL of fetch", at: call.position, named: Self.sink("url", targets))
      sendOptions(options, targets, call)
    }
    let given = deepLabels(url).union(deepLabels(options))
    noteMethod(of: options, given, state, call)
    let answer = answer(call, frame, given, &state)
    if row.failure == .critical, let object = answer.objects.first {
      expectOutcome(object, &state)
      noteFailable(call, object)
    }
    return answer
  }

  private func noteUnknownHost(
    _ url: AbstractValue, _ arguments: CallArguments, _ call: Expression
  ) {
    guard let text = url.literalTexts?.first(where: { EgressTarget(url: .exact($0)) == nil }) else {
      noteUnknown("the host that fetch connects to", arguments, call, leaving: .egress)
      return
    }
    findings?.leave(
      .egress,
      [
        .init(
          what: "\(words(for: .text(text))) is no URL of http or https with a host",
          position: place(ofFirst: arguments, call))
      ])
  }

  /// The hosts a URL can lead to; nil when they are not all known.
  private func targets(of url: AbstractValue) -> Set<EgressTarget>? {
    guard url.kinds.isEmpty, url.objects.isEmpty, !url.strings.isEmpty else { return nil }
    var found: Set<EgressTarget> = []
    for shape in url.strings {
      guard let target = EgressTarget(url: shape) else { return nil }
      found.insert(target)
    }
    return found
  }

  // A part of the request and where that goes: `body:api.example.com`, `*` for a host that is not
  // known.
  private static func sink(_ part: String, _ targets: Set<EgressTarget>?) -> String {
    guard let targets else { return "\(part):*" }
    let hosts = UTF8Order.sortedUnique(targets.map(\.host))
    return "\(part):\(hosts.joined(separator: ","))"
  }

  private func sendOptions(
    _ options: AbstractValue, _ targets: Set<EgressTarget>?, _ call: Expression
  ) {
    guard findings != nil else { return }
    let whole = Self.sink("options", targets)
    reached(
      .egress, options.labelled(options.labels).withoutObjects, "fetch", at: call.position,
      named: whole)
    for index in options.objects {
      let object = heap[index]
      reached(
        .egress, object.others.adding(object.labels), "fetch", at: call.position, named: whole)
      for (name, value) in sortedFields(index) {
        if name == "headers" {
          for headers in value.objects { sendHeaders(headers, targets, call) }
          reached(
            .egress, value.withoutObjects, "headers of fetch", at: call.position,
            named: Self.sink("headers", targets))
        } else {
          reached(
            .egress, value, "\(name) of fetch", at: call.position,
            named: Self.sink(name, targets))
        }
      }
    }
  }

  /// A secret or credential under a literal header name to literal hosts is what such headers are
  /// for: a fact, not a leak.
  private func sendHeaders(
    _ headers: Int, _ targets: Set<EgressTarget>?, _ call: Expression
  ) {
    let object = heap[headers]
    reached(
      .egressHeader, object.others.adding(object.labels), "header of unknown name",
      at: call.position, named: Self.sink("headers", targets))
    for (name, value) in sortedFields(headers) {
      let labels = deepLabels(value)
      let carried = labels.of([.secret, .credential])
      let place = Self.sink("headers.\(name.lowercasedASCII)", targets)
      if let targets, !carried.isEmpty, targets.allSatisfy({ !$0.isReadable }) {
        for label in carried {
          for target in targets {
            findings?.egressCredentials.insert(
              .init(
                source: sources[label.source].name, header: name.lowercasedASCII,
                host: target.host))
          }
        }
        let rest = AbstractValue(labels: labels.without([.secret, .credential]))
        reached(
          .egressHeader, rest, "header \(name) of fetch", at: call.position, named: place)
      } else {
        reached(
          .egressHeader, value, "header \(name) of fetch", at: call.position, named: place)
      }
    }
  }

  /// A GET or HEAD reads, a PUT or DELETE may be repeated, all else counts.
  private func noteMethod(
    of options: AbstractValue, _ given: Labels, _ state: PathState, _ call: Expression
  ) {
    let method = load(options, "method", at: call.position)
    var known = method
    known.kinds.remove(.undefined)
    known.labels = []
    let isAbsent = known.isNothing
    let names = known.literalTexts.map { $0.map { $0.uppercased() } }
    let reads: Set<String> = ["GET", "HEAD"]
    if isAbsent || names.map({ reads.isSuperset(of: $0) }) ?? false { return }
    let repeatable = names.map { reads.union(["PUT", "DELETE"]).isSuperset(of: $0) } ?? false
    noteWrite(
      .fetch, repeatable ? .harmless : .counts, given, state, at: call.position)
  }

  /// What another service answers: what was sent may be part of it.
  private func answer(
    _ call: Expression, _ frame: Frame, _ given: Labels, _ state: inout PathState
  ) -> AbstractValue {
    let changing = given.of(LabelKind.followsBranches).union(chance(of: .fetch, at: call))
    let external = changing.union(
      labels(
        LabelKind.raw.union([.external]), "the answer of fetch", at: call.position, call: call))
    let index = allocate(.response(.answer(call.id)), at: call, in: frame)
    let headers = allocate(.headers, at: call, part: "headers", in: frame)
    grow(headers, field: nil, AbstractValue.string.labelled(external))
    let fields: [ByteName: AbstractValue] = [
      "status": AbstractValue.number.labelled(changing),
      "ok": AbstractValue.boolean.labelled(changing),
      "headers": .object(headers),
      "body": AbstractValue.string.labelled(external),
    ]
    for (name, value) in fields { grow(index, name: name, value, isCertain: true) }
    grow(index, field: "statusText", AbstractValue.string.labelled(external))
    grow(index, field: "error", AbstractValue(kinds: [.string, .undefined], labels: external))
    grow(index, field: "url", AbstractValue.string.labelled(external))
    state.view[index] = nil
    show(state)
    return .object(index)
  }
}
