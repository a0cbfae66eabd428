// The tests of a run that needed a second try.
import path from "node:path";
import { here } from "./server.mjs";

/** The file in which they are noted, with what they failed with. */
export const UNSTEADY = path.join(here, "out", "unsteady.txt");
