// Which addresses may be spoken to, one row for each kind that an attacker or a misconfiguration brings.
import { describe, expect, test } from "vitest";
import { admitsAddress, judgeAddress } from "../../../../worker/http/addresses.ts";

describe("judgeAddress", () => {
  test.each([
    ["1.1.1.1", "public"],
    ["8.8.8.8", "public"],
    ["140.82.121.33", "public"],
    ["172.15.255.255", "public"],
    ["172.32.0.1", "public"],
    ["192.167.255.255", "public"],
    ["100.63.255.255", "public"],
    ["100.128.0.1", "public"],
    ["2606:4700:4700::1111", "public"],
    ["2a00:1450:4001::200e", "public"],
    ["::ffff:8.8.8.8", "public"],
    ["::ffff:808:808", "public"],
    ["64:ff9b::808:808", "public"],
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["::1", "loopback"],
    ["0:0:0:0:0:0:0:1", "loopback"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:7f00:1", "loopback"],
    ["10.0.0.1", "private"],
    ["10.255.255.255", "private"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["192.168.1.1", "private"],
    ["100.64.0.1", "private"],
    ["100.127.255.255", "private"],
    ["fc00::1", "private"],
    ["fd12:3456:789a::1", "private"],
    ["::ffff:10.0.0.1", "private"],
    ["::ffff:c0a8:101", "private"],
    ["0.0.0.0", "forbidden"],
    ["0.1.2.3", "forbidden"],
    ["::", "forbidden"],
    ["255.255.255.255", "forbidden"],
    ["224.0.0.1", "forbidden"],
    ["239.255.255.250", "forbidden"],
    ["ff02::1", "forbidden"],
    ["169.254.169.254", "forbidden"],
    ["169.254.0.1", "forbidden"],
    ["::ffff:169.254.169.254", "forbidden"],
    ["::ffff:a9fe:a9fe", "forbidden"],
    ["fe80::1", "forbidden"],
    ["fe80::1%eth0", "forbidden"],
    ["fec0::1", "forbidden"],
    ["fd00:ec2::254", "forbidden"],
    ["100.100.100.200", "forbidden"],
    ["168.63.129.16", "forbidden"],
    ["192.0.0.192", "forbidden"],
    ["192.0.2.1", "forbidden"],
    ["198.51.100.7", "forbidden"],
    ["203.0.113.9", "forbidden"],
    ["198.18.0.1", "forbidden"],
    ["240.0.0.1", "forbidden"],
    ["64:ff9b::7f00:1", "forbidden"],
    ["64:ff9b::10.0.0.1", "forbidden"],
    ["64:ff9b::a9fe:a9fe", "forbidden"],
    ["64:ff9b:1::808:808", "forbidden"],
    ["2002:7f00:1::1", "forbidden"],
    ["2002:0808:0808::1", "forbidden"],
    ["2001::1", "forbidden"],
    ["2001:db8::1", "forbidden"],
    ["::7f00:1", "forbidden"],
    ["::127.0.0.1", "forbidden"],
    ["::1.2.3.4", "forbidden"],
    ["::ffff:0:127.0.0.1", "forbidden"],
    ["100::1", "forbidden"],
    ["4000::1", "forbidden"],
    ["", "forbidden"],
    ["localhost", "forbidden"],
    ["127.0.0.1:80", "forbidden"],
    ["[::1]", "forbidden"],
    ["1.2.3.4\n10.0.0.1", "forbidden"],
  ])("%s is %s", (address, kind) => {
    expect(judgeAddress(address)).toBe(kind);
  });

  test("short and octal spellings are never public", () => {
    for (const spelling of ["127.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "10.1", "0xa9fea9fe"]) {
      expect(judgeAddress(spelling), spelling).not.toBe("public");
    }
  });
});

describe("admitsAddress", () => {
  test.each([
    { rule: "public", admits: ["1.1.1.1"], refuses: ["127.0.0.1", "10.0.0.1", "169.254.169.254"] },
    { rule: "any", admits: ["1.1.1.1", "127.0.0.1", "10.0.0.1"], refuses: ["169.254.169.254", "0.0.0.0", "224.0.0.1"] },
    { rule: "loopback", admits: ["127.0.0.1", "::1"], refuses: ["1.1.1.1", "10.0.0.1", "169.254.169.254"] },
  ] as const)("$rule", ({ rule, admits, refuses }) => {
    for (const address of admits) expect(admitsAddress(rule, address), address).toBe(true);
    for (const address of refuses) expect(admitsAddress(rule, address), address).toBe(false);
  });
});
