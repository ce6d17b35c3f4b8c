// A contact form: shown, checked, shown again with what is wrong, or mailed.
import { env } from "zigttp:env";
import { urlSearchParams } from "zigttp:url";
import { Field, Page } from "./lib/page";
import { send } from "./lib/mail";

const recipient = env("CONTACT_RECIPIENT") ?? "office@example.com";

interface Form {
  name?: string;
  email?: string;
  message?: string;
}

function check({ name = "", email = "", message = "" }: Form) {
  const errors: Record<string, string> = {};
  if (name.trim() === "") errors.name = "Please tell us your name.";
  if (!email.includes("@")) errors.email = "That is not an e-mail address.";
  if (message.trim().length < 10) errors.message = "Please write a little more.";
  return errors;
}

function ContactPage({ values, errors }) {
  return (
    <Page title="Contact">
      <form method="post" action="/contact">
        <Field label="Name" name="name" value={values.name} error={errors.name} />
        <Field label="E-mail" name="email" value={values.email} error={errors.email} />
        <label>
          Message
          <textarea name="message">{values.message}</textarea>
        </label>
        {errors.message && <p className="error">{errors.message}</p>}
        <button type="submit">Send</button>
      </form>
    </Page>
  );
}

const thanks = (name) => (
  <Page title="Thank you">
    <p>Thank you, {name}. We will write back.</p>
  </Page>
);

export default function handler(req) {
  if (req.path !== "/contact") return Response.redirect("/contact");
  if (req.method === "GET") return Response.html(<ContactPage values={{}} errors={{}} />);
  const values: Form = urlSearchParams(req.body ?? "");
  const errors = check(values);
  if (Object.keys(errors).length > 0) {
    return Response.html(<ContactPage values={values} errors={errors} />, { status: 422 });
  }
  const sent = send(recipient, `Message from ${values.name}`, `${values.email}\n\n${values.message}`);
  return sent
    ? Response.html(thanks(values.name))
    : Response.html(<ContactPage values={values} errors={{ message: "Not sent. Try again." }} />, {
        status: 502,
      });
}
