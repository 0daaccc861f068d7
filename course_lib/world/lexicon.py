"""The words that invented worlds are made of: plain lists, no logic.

Names are built of whole words ("Harbour Kettle"): a small model learns to match those sooner than syllables.
"""

NAME_WORDS = """
Acorn Alder Amber Anchor Anvil Apple Arbour Arrow Ash Aspen Autumn Badger Barley Basalt Basket Bay Beacon Bee Beech Bell
Birch Bishop Blackbird Bluebell Bobbin Bracken Bramble Brass Breeze Bridge Brindle Brook Broom Buckle Butter Button Cable
Candle Canvas Carbon Cardinal Castle Cedar Chalk Cherry Chestnut Cinder Clay Cliff Cloud Clover Coast Cobalt Cobble Comet
Compass Copper Coral Cork Cotton Cove Crane Creek Crescent Cricket Crown Crystal Curlew Cypress Dale Damson Dawn Delta
Dew Dove Drift Drum Dune Dusk Eagle Ebony Echo Elder Elm Ember Emerald Estuary Evening Falcon Feather Fell Fern Field
Fig Finch Fir Flax Fleece Flint Forest Forge Fountain Fox Frost Gable Garden Garnet Gate Ginger Glade Glen Gold Gorse
Granite Grove Gull Hamlet Harbour Harvest Hawk Hazel Hearth Heath Heather Hedge Heron Hickory Hill Hollow Holly Honey
Horizon Indigo Iris Iron Island Ivory Ivy Jade Jasper Jay Juniper Kelp Kestrel Kite Knot Lagoon Lake Lantern Larch Lark
Laurel Lavender Ledger Lemon Lichen Lilac Lily Lime Linden Linen Lodge Loom Lotus Lupin Magnet Magpie Maple Marble Marigold
Marsh Mason Meadow Mercury Midnight Mill Mint Mirror Mist Moon Moor Morning Moss Mulberry Myrtle Nectar Needle Nettle
Nimbus North Nutmeg Oak Oasis Oat Ocean Olive Onyx Opal Orbit Orchard Orchid Osprey Otter Owl Paddle Paper Parcel Pearl
Pebble Pepper Petal Pewter Pilot Pine Pioneer Plum Pond Poplar Poppy Prairie Primrose Quarry Quartz Quill Quince Rain
Rambler Raven Reed Ridge River Robin Rook Rose Rowan Ruby Rush Rye Saddle Saffron Sage Sail Salt Sand Satin Scarlet Sedge
Shadow Shell Shepherd Shore Silk Silver Skylark Slate Snow Sorrel Sparrow Spindle Spring Spruce Star Starling Stone Storm
Stream Summer Summit Sun Swallow Swan Swift Sycamore Tallow Tamarind Tansy Teal Tern Thicket Thistle Thorn Thrush Thunder
Thyme Tide Timber Topaz Torrent Tulip Tundra Turnip Twilight Umber Valley Vale Velvet Vesper Violet Walnut Warbler Water
Wave Weaver West Wheat Wick Wicker Willow Wind Winter Wisp Wold Wolf Wood Wool Yarrow Yew Zephyr Zinc
""".split()

FIRST_NAMES = """
Abel Adele Agnes Alba Alfred Alma Amos Anya Arlo Arthur Astrid Aurel Bea Beatrix Boris Bruno Carla Casper Cecil Clara
Clement Cora Dahlia Daniel Dora Edda Edgar Edith Elias Elsa Emil Enid Esther Ewan Fabian Felix Flora Frieda Gemma Gideon
Greta Gustav Hanna Harriet Hector Helga Hugo Ida Imogen Ingrid Irene Isaac Ivan Jana Jasmin Jonas Judith Julius Karim
Kasia Kirsten Lars Leila Leo Lydia Mabel Magnus Maia Malik Marta Mateo Mira Nadia Nils Nora Olga Olive Omar Otto Paula
Pia Quentin Rafael Rhea Rosa Rufus Ruth Samir Selma Silas Simone Sofia Stefan Tamsin Tessa Theo Thea Uma Ursula Vera
Victor Viola Walter Wilma Xavier Yara Yusuf Zelda Zoe
""".split()

LAST_NAMES = """
Abbott Adair Aldous Ambrose Arden Ashby Atwell Bagley Bannon Barlow Beck Bellamy Benbow Birkett Blythe Bowen Brandt
Brewer Briggs Calder Carver Chilton Clegg Colby Corbett Crosby Dalton Darrow Denham Drake Duffield Eastman Elwood
Fairley Farrant Fenwick Forsyth Fuller Gale Garland Gibbs Goddard Grover Hadley Hale Harker Hollis Holt Hurst Ingram
Jarvis Jessop Kemp Kendal Keswick Kirby Lacey Lambert Langley Larkin Lister Lowell Marlow Mercer Milner Moss Nash Norris
Oakes Ogden Orton Paget Parry Pembroke Pike Platt Prior Quayle Radley Ramsey Redfern Rigby Rudd Sadler Selby Sharpe
Shelton Sloane Stroud Sutton Talbot Thorne Tilney Tranter Upton Vance Vickers Wade Warden Weller Whitlock Wilder Yates
""".split()

TOWN_HEADS = """
Ash Barrow Beck Black Bram Brook Clay Cold Crow Dun East Elm Fair Fen Fox Glen Gold Hart Haven Hazel High Holm Kings Lang
Lin Long Marsh Mill Mar North Oak Old Pen Raven Red Rose Sand Sea Sel Shep South Stan Stock Strat Swan Thorn West Whit Win
""".split()
TOWN_TAILS = "borough bridge brook burn bury by combe cross dale field ford gate ham haven hurst land ley mere mouth port side stead stoke thorpe ton well wick wood worth".split()

COLOURS = """
amber ash-grey black blue bone-white brick-red bronze brown burgundy charcoal chestnut cobalt copper coral cream dark-green
forest-green gold graphite green grey indigo ivory khaki lavender lemon light-blue lilac mauve midnight-blue mint mustard navy ochre
olive orange peach pearl pine-green pink plum purple red rose ruby rust sage sand scarlet silver slate-grey teal terracotta
turquoise violet white yellow
""".split()

MATERIALS = """
alder wood;aluminium;ash wood;bamboo;beech;birch plywood;brass;bronze;canvas;cast iron;cedar;ceramic;cherry wood;copper;cork;
cotton;enamelled steel;felt;glass;granite;hardened steel;hemp;horn;larch;leather;linen;maple;nickel;nylon;oak;olive wood;pewter;
pine;porcelain;recycled plastic;rubber;silicone;slate;soapstone;spring steel;stainless steel;stoneware;tempered glass;tin;
titanium;walnut;waxed cotton;wicker;wool;wrought iron;zinc
""".replace("\n", "").split(";")

TEAM_WORDS = """
Account Archive Audit Bench Benefits Billing Booking Brand Build Campus Cash Claims Colour Contract Counter Courier Credit
Data Delivery Depot Design Dispatch Events Facilities Field Finance Fleet Floor Front Gift Goods Grant Hardware Health Import
Incident Intake Kiln Kitchen Layout Legal Loading Loyalty Mail Market Material Media Member Network Night Order Packing Parts
Payroll Photo Planning Platform Portal Press Pricing Print Product Project Quality Receiving Record Release Repair Returns
Roster Safety Sales Sample Search Security Service Shipping Shop Signal Site Stock Storage Store Studio Supply Support
Survey Systems Tax Test Tool Trade Training Transport Travel Vendor Visitor Voucher Warehouse Warranty Web Welfare Yard
""".split()
TEAM_TAILS = "Bench Crew Desk Group Office Room Squad Team Unit Hub Circle".split()

ROLE_HEADS = """
area bench branch building claims colour cost customer data deputy district duty evening facilities field finance fleet floor
head kitchen lead line night office packing parts people plant press quality regional safety section senior service shift
shop site stock store studio supply team training warehouse weekend workshop yard
""".split()
ROLE_TAILS = """
adviser analyst assistant auditor buyer captain clerk coach controller coordinator director engineer foreman inspector
keeper lead manager marshal mentor officer partner planner porter secretary steward supervisor surveyor technician trainer warden
""".split()

# nouns and adjectives for things that have no name: "the lower tool cupboard"
THING_NOUNS = """
account agreement alarm annex apron archive award badge barrel basket batch bench bicycle blade blanket board boiler bolt booklet
bottle bowl box bracket brake breakfast brush bucket budget bulb bus button cabinet cable calendar camera canteen car card
cargo carpet cart catalogue ceiling cellar certificate chain chair channel charger chart checklist chisel circuit claim clamp
class clock cloth coach coat code coffee collection column compass complaint computer container contract cooker copy corridor
counter course court cover crate crew cup cupboard curtain customer cutter deadline deposit desk device dial diary dinner
dish display door drain drawer dress drill drum edition engine engineer envelope error estimate exercise exit fair fan fault
fee fence ferry file filter fire flag flask floor folder forecast form fountain frame freezer fridge fund furnace fuse garage
garden gate gauge glove glue goods grant group guide hall hammer handbook handle handover harbour harness hatch heater helmet
hinge holiday hook hose hotel house invoice item jacket jar jetty job journal kettle key kiln kit kitchen label ladder lamp
lathe laundry lease lens lesson letter library lid lift light line list loan lobby lock locker log lorry lounge lunch machine
magazine mail manual map market mask mast meal meeting member menu message meter microphone mirror module monitor motor mould
mug museum napkin needle network newsletter notice number nut office order oven package packet pad paint pallet pan panel paper
parcel park part party pass patch path payment pedal pen pencil permit phone photo pile pillow pin pipe plan plane plant plate
platform plug pocket policy pool port post poster pot press printer prize probe programme project pump purchase quarry queue
quote rack radio rail ramp receipt record refund register reminder rent repair report request reserve restart result return reward
ring river road robot roof room rope rota route router rug rule saw scale scanner schedule school screen screw script seal seat
sensor server service session shaft shed sheet shelf shift ship shirt shoe shop shower sieve sign signal sink site slot socket
sofa solution spade spanner speaker spindle spoon spring stage staircase stall stamp stand station step stock stone stool
store stove strap stream studio subscription suit supplier surface survey switch system table tank tap tape target team
telephone tent terminal test thermostat ticket till timer tin token tool torch towel tower town toy track trade trailer train
training tray treaty trip trolley trunk tube tunnel tyre umbrella uniform unit upgrade valve van vault vehicle vent vice visit
visitor voucher wallet wardrobe warehouse washer waste watch wheel window wire workshop wrench yard zone
""".split()
THING_ADJECTIVES = """
annual autumn back basic big blue brass broken central certified clean closed coastal cold common compact customer daily damaged
dark deep digital domestic double dry early eastern electric emergency empty evening express external extra fast final first
flat foreign formal free fresh front full general gold green heavy hidden high hot indoor inner internal large last late left
light little local long loose lost lower main manual medium middle minor missing mobile monthly morning narrow new night
northern old open opening outdoor outer overdue paid paper partial personal plain portable private public quarterly quick quiet
rear red regional regular remote repaired right rolling round rural seasonal second secure senior shared short silent silver
small smart solid southern spare special spring square standard steel still strict strong summer temporary thick thin third
tall top trade unpaid upper urgent used usual visiting warm weekly western white wide winter wireless wooden yearly
""".split()

# second halves of made-up labels: "filter interval", "spare fuse rating"
LABEL_TAILS = """
address age allowance amount area assignment balance batch bonus budget capacity category charge class code colour contact
contractor cost count cover cycle date day deadline delay depth deposit distance duration expiry fee finish frequency grade
group height holder host hour index interval keeper label length level limit line load location margin mark maker material
maximum minimum mode month name number owner pace pattern payment period place point port position pressure price quota range
rank rate rating reach ratio reading reference region reserve rota route rule season series setting shade share shift size slot
source span speed spread stage stamp start status step stock strength supplier surcharge target team temperature term threshold
time title tolerance total type unit usage value version volume wait weekday weight width window year zone
""".split()

FREQUENCIES = [
    "once a day", "twice a day", "once a week", "twice a week", "every fortnight", "once a month", "twice a month",
    "every six weeks", "every quarter", "twice a year", "once a year", "every two years", "every three months",
    "every ten days", "every other Monday", "every second Friday", "every hour", "every four hours", "three times a year",
    "every working day", "every weekend", "on the first of each month", "four times a day", "every five years",
]  # fmt: skip

FORM_KINDS = "form sheet slip card ticket booklet certificate log checklist register leaflet envelope folder docket receipt".split()
MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
NUMBER_WORDS = "two three four five six seven eight nine ten eleven twelve".split()
SYLLABLES = "ba be bo bri ca ce cor da del dro el en fa fen gal ge gri ha hol il jo ka kel la lo lum ma mel mo na ne nor o pa pel qui ra ren ro sa sel si ta tel tro u va ver vin wa wen xa ya zo".split()
