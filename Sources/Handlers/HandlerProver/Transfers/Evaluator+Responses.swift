import HandlerLanguage

extension Evaluator {
  /// `Response.json(value, init)` and its like.
  func respond(
    _ member: BuiltinMember, _ arguments: CallArguments, _ call: Expression, _ state: PathState,
    _ frame: Frame
  ) -> AbstractValue {
    let (kind, type): (AbstractObject.ResponseKind, String?) =
      switch member {
      case .responseJson: (.json, "application/json")
      case .responseHtml: (.html, "text/html; charset=utf-8")
      case .responseRedirect: (.redirect, nil)
      case .responseRawJson: (.rawJSON, "application/json")
      default: (.text, "text/plain; charset=utf-8")
      }
    let index = allocate(.response(kind), at: call, in: frame)
    let headers = allocate(.headers, at: call, part: "headers", in: frame)
    // The branches that lead here are part of what is answered.
    grow(index, labels: state.control)
    let given = arguments[0]
    let options = kind == .redirect ? AbstractValue.undefined : arguments[1]
    grow(index, field: "status", status(kind, arguments, options, call), isCertain: true)
    grow(index, field: "headers", .object(headers), isCertain: true)
    grow(index, field: "ok", .boolean, isCertain: true)
    if let type { grow(headers, field: "content-type", .text(type), isCertain: true) }
    if kind == .redirect {
      grow(headers, field: "location", given, isCertain: true)
      // There is no body that a browser would show.
      grow(headers, field: "content-type", .text("text/plain"))
      grow(index, field: "body", .text(""), isCertain: true)
    } else {
      let labels = deepLabels(given).without([.missing])
      grow(index, field: "body", AbstractValue.string.labelled(labels), isCertain: true)
    }
    copyHeaders(load(options, "headers", at: call.position), into: headers)
    let response = AbstractValue.object(index)
    if frame.phase == .request { noteRoute(response, state) }
    return response
  }

  private func status(
    _ kind: AbstractObject.ResponseKind, _ arguments: CallArguments, _ options: AbstractValue,
    _ call: Expression
  ) -> AbstractValue {
    let given =
      kind == .redirect ? arguments[1] : load(options, "status", at: call.position)
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

  private func copyHeaders(_ given: AbstractValue, into headers: Int) {
    grow(headers, labels: given.labels.without([.missing]))
    for index in given.objects {
      let object = heap[index]
      grow(headers, labels: object.labels)
      grow(headers, field: nil, object.others)
      for (name, value) in object.fields {
        // A repeated header is an array, one line each.
        grow(headers, field: name.text.lowercasedASCII, value.union(elements(of: value)))
      }
    }
  }
}
