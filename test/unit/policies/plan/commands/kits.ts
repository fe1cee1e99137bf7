// Trust kits for these tests: as a signed plan has one, and one whose files are as hostile as a file can be.
import type { TrustKit } from "../../../../../policies/plan/commands/trust-kit.ts";

const pem = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n";
const requirements = [{ type: "sigstoreSigned", keyPath: "/etc/pki/containers/desk.pub" }];
const accept = [{ type: "insecureAcceptAnything" }];

export const scope = "registry.example/desk";
export const within = "registry.example/desk/lab";

export const kit: TrustKit = {
  files: [
    { path: "/etc/pki/containers/desk.pub", content: pem },
    {
      path: "/etc/containers/registries.d/desk.yaml",
      content: `docker:\n  ${scope}:\n    use-sigstore-attachments: true\n`,
    },
  ],
  newPolicy: {
    path: "/etc/containers/policy.json",
    content: `${JSON.stringify({ default: [{ type: "reject" }], transports: { docker: { "": accept, [scope]: requirements } } }, null, 2)}\n`,
  },
  sections: `${JSON.stringify({ sections: { [scope]: requirements }, within: { [within]: [{ type: "reject" }] } }, null, 2)}\n`,
};

/** What a key's file may hold beside the key: lines that end a section or a document, quotes, other alphabets. */
export const hostileContents: readonly string[] = [
  "%end\n",
  "a comment\n%include http://registry.example/\n",
  "SIGNALBOX_END\n",
  "$(touch /tmp/x) `id` \\ ' \"\n",
  "'''\n",
  " begins with a blank\n",
  "\ttab\n",
  "no last line",
  "two\n\n",
  "\n",
  "",
  "é \u2028 \u007f \u0001\n",
  "--- # yaml\n...\n",
];

export function kitWith(content: string): TrustKit {
  return { ...kit, files: [{ path: "/etc/pki/containers/desk.pub", content }] };
}
