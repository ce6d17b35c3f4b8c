import Encodings
import HandlerLanguage

// `zigttp:router`.
extension Evaluator {
  /// `routerMatch(table, req)`: which handler it is depends on the method and the path of what is
  /// given, and the parameters are pieces of its path.
  func matchRoute(
    _ arguments: CallArguments, _ call: Expression, _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let (table, request) = (arguments[0], arguments[1])
    var handlers = AbstractValue.nothing
    var names = AbstractValue.nothing
    if table.objects.isEmpty || table.mayBePrimitive { findings?.routesAreDynamic = true }
    addFault(deepLabels(table), &state, frame)
    if request.mayBePrimitive { addFault(request.labels, &state, frame) }
    for index in table.objects {
      handlers.formUnion(anyField(index))
      let others = heap[index].others
      if !others.isNothing {
        findings?.routesAreDynamic = true
        names.formUnion(AbstractValue.string.labelled(heap[index].labels))
        // A key that is no route is a fault that names it.
        reached(
          .log, AbstractValue(labels: heap[index].labels), "fault of routerMatch",
          at: call.position)
      }
      for key in fields(index).keys {
        names.formUnion(.text(key.text))
        noteTableRoute(key.text, call)
      }
    }
    let asked = ["method", "path", "url"].reduce(Labels()) { found, name in
      found.union(deepLabels(load(request, name, at: call.position)))
    }.without([.missing, .path])
    let deciding = asked.union(shapeLabels(table)).choosing
    let found = allocate(.plain, at: call, in: frame)
    let parameters = allocate(.plain, at: call, part: "params", in: frame)
    let raw = labels(
      LabelKind.raw.union([.request]), "req.params", at: call.position, isPlaced: true)
    let isOwn = request.objects.allSatisfy { heap[$0].kind == .request }
    let given = isOwn ? asked.without(LabelKind.outside) : asked
    grow(
      parameters, field: nil,
      AbstractValue(kinds: .string, labels: given.union(raw).union([piece])))
    grow(found, field: "handler", handlers.adding(deciding), isCertain: true)
    grow(found, field: "route", names.adding(deciding), isCertain: true)
    grow(found, field: "params", .object(parameters), isCertain: true)
    return AbstractValue(
      kinds: .undefined, objects: [found],
      labels: deciding.without(LabelKind.outside))
  }
}
