import HandlerLanguage

extension RefusalPage {
  static let schemas: [DiagnosticCode: RefusalPage] = [
    .schemaDeclaration: RefusalPage(
      "a schema that cannot be read before the handler runs",
      """
      Schemas are checked when a handler is loaded, so that no deploy fails at its start. So \
      `schemaCompile` stands at module level, outside of functions, and name and schema are \
      literals: texts, objects and arrays of literals, constants bound to such, and \
      `JSON.stringify` of them. A name is given once.
      """,
      refused:
        """
        import { schemaCompile, validateJson } from "zigttp:validate";

        export function handler(req) {
          schemaCompile("note", JSON.stringify({ type: "object" }));
          return Response.json({ ok: validateJson("note", req.text()).ok });
        }
        """,
      instead:
        """
        import { schemaCompile, validateJson } from "zigttp:validate";

        schemaCompile("note", JSON.stringify({ type: "object" }));

        export function handler(req) {
          return Response.json({ ok: validateJson("note", req.text()).ok });
        }
        """),
    .refusedSchema: RefusalPage(
      "a schema that is not taken",
      """
      Schemas are those of draft 2020-12. A keyword that is misspelt, of another draft, or not \
      taken would check nothing, so it is refused: `$dynamicRef`, `unevaluatedProperties`, \
      `unevaluatedItems`, `contentEncoding` and its like. References stay inside of the schema, \
      patterns have no back references and look neither ahead nor behind, so that matching takes \
      time in proportion to the text. `format` is checked, of date-time, date, time, email, \
      hostname, ipv4, ipv6, uri and uuid.
      """,
      refused:
        """
        import { schemaCompile } from "zigttp:validate";

        schemaCompile("note", JSON.stringify({ properties: { title: { minLenght: 1 } } }));

        export const handler = (req) => Response.text("ok");
        """,
      instead:
        """
        import { schemaCompile } from "zigttp:validate";

        schemaCompile("note", JSON.stringify({ properties: { title: { minLength: 1 } } }));

        export const handler = (req) => Response.text("ok");
        """),
    .unknownSchema: RefusalPage(
      "a schema that nothing names",
      """
      The first argument is the name that `schemaCompile` gave a schema, in any file of the \
      handler, and that `schemaDrop` has not taken away.
      """,
      refused:
        """
        import { schemaCompile, validateJson } from "zigttp:validate";

        schemaCompile("note", JSON.stringify({ type: "object" }));

        export const handler = (req) => Response.json(validateJson("notes", req.text()).ok);
        """,
      instead:
        """
        import { schemaCompile, validateJson } from "zigttp:validate";

        schemaCompile("note", JSON.stringify({ type: "object" }));

        export const handler = (req) => Response.json(validateJson("note", req.text()).ok);
        """),
  ]
}
