import Encodings
import HandlerLanguage

extension Evaluator {
  /// `Response.json(value, init)` and its like.
  func respond(
    _ member: BuiltinMember, _ arguments: CallArguments, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let (kind, type): (AbstractObject.ResponseKind, String?) =
      switch member {
      case .responseJson: (.json, "application/json")
      case .responseHtml: (.html, "text/html; charset=utf-8")
      case .responseRedirect: (.redirect, nil)
      case .responseRawJson: (.rawJSON, "application/json")
      case .responseBase64: (.base64, "application/octet-stream")
      default: (.text, "text/plain; charset=utf-8")
      }
    let index = allocate(.response(kind), at: call, in: frame)
    let headers = allocate(.headers, at: call, part: "headers", in: frame)
    // The branches that lead here are part of what is answered.
    grow(index, labels: state.control.union(arguments.shape))
    let given = arguments[0]
    let options = kind == .redirect ? AbstractValue.undefined : arguments[1]
    let extra = kind == .redirect ? arguments[1] : options
    let known = status(kind, arguments, options, call)
    if kind == .json {
      if given.kinds.contains(.undefined) || !given.functions.isEmpty || isCyclic(given) {
        addFault(deepLabels(given), &state, frame)
      }
      noteWholeResults(in: given, at: call.position)
    }
    let isStatus = known.literalNumbers?.allSatisfy { 200...599 ~= $0 && $0 == $0.rounded() }
    if isStatus != true { addFault(known.labels, &state, frame) }
    if extra.mayBeString || extra.mayBeBoolean { addFault(extra.labels, &state, frame) }
    var fields: [ByteName: AbstractValue] = [
      "status": known, "headers": .object(headers), "ok": okField(of: known),
    ]
    var made = MadeFields()
    if let type { made.fields["content-type"] = .text(type) }
    if kind == .redirect {
      made.fields["location"] = given
      // There is no body that a browser would show.
      made.fields["content-type"] = .text("text/plain")
      fields["body"] = .text("")
    } else if kind == .base64 {
      if !isBase64(given) { addFault(deepLabels(given), &state, frame) }
      // What is decoded is as it was before anything was escaped.
      let decoded = deepLabels(given).unescaped.union([openMarkup])
      fields["body"] = AbstractValue.string.labelled(decoded.without([.missing]))
    } else {
      fields["body"] = AbstractValue.string.labelled(deepLabels(given).without([.missing]))
    }
    let headerOptions = kind == .redirect && extra.objects.isEmpty ? .undefined : extra
    copyHeaders(load(headerOptions, "headers", at: call.position), &made, headers)
    made.certain = Set(made.fields.keys)
    for (name, value) in fields { grow(index, name: name, value, isCertain: true) }
    open(index, fields, &state, frame)
    finish(headers, made, &state, frame)
    let response = AbstractValue.object(index)
    noteAlternatives(of: response, at: call, arguments, kind, &state)
    if frame.phase == .request {
      noteRoute(response, state)
      findings?.answersAt[index] = call.position
    }
    return response
  }

  /// Whether it certainly is text that can be decoded.
  private func isBase64(_ value: AbstractValue) -> Bool {
    value.literalTexts?.allSatisfy { Base64.decodeLenient(Array($0.utf8)) != nil } ?? false
  }

  private func okField(of status: AbstractValue) -> AbstractValue {
    guard let numbers = status.literalNumbers else {
      return AbstractValue.boolean.labelled(status.labels.of(LabelKind.keptByComparison))
    }
    let isGood = numbers.map { 200..<300 ~= $0 }
    return answer(
      status, mayBeTrue: isGood.contains(true), mayBeFalse: isGood.contains(false))
  }

  private func status(
    _ kind: AbstractObject.ResponseKind, _ arguments: CallArguments, _ options: AbstractValue,
    _ call: Expression
  ) -> AbstractValue {
    let given: AbstractValue
    if kind == .redirect {
      let second = arguments[1]
      given =
        second.objects.isEmpty
        ? second : second.withoutObjects.union(load(second, "status", at: call.position))
    } else {
      given = load(options, "status", at: call.position)
    }
    var status = given.removing(.undefined)
    if given.kinds.contains(.undefined) || options.mayBeNullish || given.isNothing {
      status.formUnion(.number(kind == .redirect ? 302 : 200))
    }
    if !status.kinds.isSubset(of: .number) || !status.strings.isEmpty || !status.objects.isEmpty {
      // Text or data as a status: the runtime takes it for a number.
      status = AbstractValue.number.labelled(status.labels)
    }
    return status
  }

  private func copyHeaders(
    _ given: AbstractValue, _ made: inout MadeFields, _ headers: Int
  ) {
    grow(headers, labels: given.labels.without([.missing]))
    for index in given.objects {
      let object = heap[index]
      grow(headers, labels: object.labels)
      if !object.others.isNothing { made.others.formUnion(object.others) }
      for (name, value) in fields(index) {
        // A repeated header is an array, one line each.
        let lines = AbstractValue(objects: value.objects, labels: value.labels)
        let all = value.union(elements(of: lines))
        let key = ByteName(name.text.lowercasedASCII)
        if given.objects.count == 1 { made.fields[key] = all } else { made.join(key, all) }
      }
    }
  }

  /// `{ status: res.ok ? 200 : 502 }`: the status tells which way it was.
  private func noteAlternatives(
    of response: AbstractValue, at call: Expression, _ arguments: CallArguments,
    _ kind: AbstractObject.ResponseKind, _ state: inout PathState
  ) {
    guard arguments.expressions.count > 1, !mayChangeOutcomes("status") else { return }
    let options = arguments.expressions[1]
    var expression: Expression?
    if kind == .redirect {
      expression = options
    } else if case .object(let members) = options.kind {
      for case .property(.literal(let key), let value) in members where key.text == "status" {
        expression = value
      }
    }
    guard let expression, let found = alternatives(of: expression, state) else { return }
    state.alternatives[.expression(call.id)] = found.map {
      Alternative(value: response, status: $0.value, facts: $0.facts)
    }
  }
}
