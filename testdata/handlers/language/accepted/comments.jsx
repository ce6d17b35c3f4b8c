// line
/* block
   over lines */ const a = /* inner */ 1 // end
const b = a
/* newline in a comment ends a statement
*/ const c = b
const divided = a / b / c
const page = <p title="&lt;&quot;&unknown;&nbsp;">{/* only a comment */}
  one
  two {"three"}   four
</p>
export const handler = () => Response.html(renderToString(page), { status: 200, headers: { "x-n": `${divided}` } })
