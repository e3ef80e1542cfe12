/**
 * Lists of packages as documents: SPDX 2.3 and CycloneDX 1.5, both as JSON.
 *
 * @module
 */
import { type Digest, digestHex } from "../../oci/digest.ts";
import { type Distribution, type InstalledPackage, packageUrl } from "./packages.ts";

/** What a list is of. */
export interface BillOfMaterials {
  /** The image's name. */
  readonly name: string;
  /** The digest of its manifest. */
  readonly digest: Digest;
  /** When the list counts as made. */
  readonly created: Date;
  /** The distribution. */
  readonly distribution: Distribution;
  /** The packages, by type and name. */
  readonly packages: readonly InstalledPackage[];
}

const seconds = (date: Date) => date.toISOString().replace(/\.\d+Z$/, "Z");

/** An identifier: letters, digits, `.` and `-` only. */
const spdxId = (text: string) => `SPDXRef-${text.replace(/[^A-Za-z0-9.-]+/g, "-")}`;

/** As SPDX 2.3. */
export function toSpdx(bill: BillOfMaterials): Record<string, unknown> {
  const { name, digest, created, distribution, packages } = bill;
  const root = spdxId(`image-${digestHex(digest).slice(0, 16)}`);
  const ids = uniqueIds(packages);
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name,
    documentNamespace: `https://davit.invalid/spdx/${digestHex(digest)}`,
    creationInfo: { created: seconds(created), creators: ["Tool: davit"] },
    packages: [
      {
        SPDXID: root,
        name,
        versionInfo: digest,
        downloadLocation: "NOASSERTION",
        filesAnalyzed: false,
        primaryPackagePurpose: "CONTAINER",
        checksums: [{ algorithm: "SHA256", checksumValue: digestHex(digest) }],
        licenseConcluded: "NOASSERTION",
        licenseDeclared: "NOASSERTION",
        copyrightText: "NOASSERTION",
      },
      ...packages.map((item, i) => ({
        SPDXID: spdxId(ids[i]!),
        name: item.name,
        versionInfo: item.version,
        ...(item.maintainer ? { supplier: supplier(item.maintainer) } : {}),
        downloadLocation: "NOASSERTION",
        filesAnalyzed: false,
        ...(item.homepage ? { homepage: item.homepage } : {}),
        ...(item.source
          ? { sourceInfo: `built from ${item.source.name} ${item.source.version}` }
          : {}),
        licenseConcluded: "NOASSERTION",
        // What databases have are no expressions of SPDX for sure.
        licenseDeclared: "NOASSERTION",
        ...(item.license ? { licenseComments: item.license } : {}),
        copyrightText: "NOASSERTION",
        externalRefs: [{
          referenceCategory: "PACKAGE-MANAGER",
          referenceType: "purl",
          referenceLocator: packageUrl(item, distribution),
        }],
      })),
    ],
    relationships: [
      {
        spdxElementId: "SPDXRef-DOCUMENT",
        relationshipType: "DESCRIBES",
        relatedSpdxElement: root,
      },
      ...ids.map((id) => ({
        spdxElementId: root,
        relationshipType: "CONTAINS",
        relatedSpdxElement: spdxId(id),
      })),
    ],
  };
}

function supplier(maintainer: string): string {
  const match = /^(.*?)\s*<([^>]*)>$/.exec(maintainer);
  return match ? `Organization: ${match[1]} (${match[2]})` : `Organization: ${maintainer}`;
}

/** As CycloneDX 1.5. */
export function toCycloneDx(bill: BillOfMaterials): Record<string, unknown> {
  const { name, digest, created, distribution, packages } = bill;
  const hex = digestHex(digest);
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    // Of the image's digest, so that the same image has the same list.
    serialNumber: `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${
      hex.slice(17, 20)
    }-${hex.slice(20, 32)}`,
    version: 1,
    metadata: {
      timestamp: seconds(created),
      tools: { components: [{ type: "application", name: "davit" }] },
      component: { type: "container", "bom-ref": digest, name, version: digest },
    },
    components: [
      {
        type: "operating-system",
        "bom-ref": `os:${distribution.id}`,
        name: distribution.id,
        ...(distribution.version ? { version: distribution.version } : {}),
        description: distribution.name,
      },
      ...packages.map((item) => {
        const purl = packageUrl(item, distribution);
        return {
          type: "library",
          "bom-ref": purl,
          name: item.name,
          version: item.version,
          purl,
          ...(item.maintainer ? { publisher: item.maintainer } : {}),
          ...(item.license ? { licenses: [{ license: { name: item.license } }] } : {}),
          ...(item.homepage
            ? { externalReferences: [{ type: "website", url: item.homepage }] }
            : {}),
          ...(item.source
            ? {
              properties: [
                { name: "davit:source:name", value: item.source.name },
                { name: "davit:source:version", value: item.source.version },
              ],
            }
            : {}),
        };
      }),
    ],
  };
}

/** Names that tell packages of the same name apart, such as those of two architectures. */
function uniqueIds(packages: readonly InstalledPackage[]): string[] {
  const seen = new Map<string, number>();
  return packages.map(({ type, name, version, architecture }) => {
    const id = spdxId(`${type}-${name}-${version}-${architecture}`).slice("SPDXRef-".length);
    const count = seen.get(id) ?? 0;
    seen.set(id, count + 1);
    return count === 0 ? id : `${id}-${count}`;
  });
}
