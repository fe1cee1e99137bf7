// The dangling tag: one word of the catalog for a tag that its registry lists and says that it has not.

/** The failure's code. Another 404 may be a gateway's or that of an image's part; this is what the registry says of the tag. */
export const danglingTag = "tag-dangling";
